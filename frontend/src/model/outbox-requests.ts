import type { Written } from "../store/schema";

/** What was written, as a request over HTTP; the same name again gets the same answer. */
export function requestOf(written: Written): { path: string; body: object } {
  const { client_message_id, body, to } = written;
  if (to.kind === "room") return { path: `/api/rooms/${to.room}/messages`, body: { client_message_id, body } };
  if (to.kind === "question") {
    return {
      path: `/api/broadcasts/${to.broadcast}/questions`,
      body: { client_message_id, student: to.student, body },
    };
  }
  const { student, teacher, guardian } = to;
  const forWhom = guardian === null ? {} : { guardian };
  return { path: "/api/threads/messages", body: { student, teacher, ...forWhom, client_message_id, body } };
}
