import type { Enclosed } from "../protocol/talk";
import type { Written } from "../store/schema";

/** What was written, as a request over HTTP; the same name again gets the same answer. */
export function requestOf(written: Written): { path: string; body: object } {
  const { client_message_id, body, to } = written;
  if (to.kind === "room") {
    const path = `/api/rooms/${to.room}/messages`;
    return { path, body: { client_message_id, body, ...enclosedIn(written) } };
  }
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

/** What goes with the text, as the server wants it. The first message of a thread and a question have nothing. */
export function enclosedIn({ with: given }: Written): Enclosed {
  if (!given) return {};
  return {
    ...(given.quote ? { reply_to: given.quote.seq } : {}),
    ...(given.mentions?.length ? { mentions: given.mentions.map((person) => person.id) } : {}),
    ...(given.isForAll ? { mentions_all: true as const } : {}),
    ...(given.poll ? { poll: given.poll } : {}),
  };
}
