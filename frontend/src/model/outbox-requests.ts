import type { UploadId } from "../protocol/files";
import type { Enclosed } from "../protocol/talk";
import type { Written } from "../store/schema";

/** What was written, as a request over HTTP; the same name again gets the same answer. `files`: what the server calls those that go with it. */
export function requestOf(written: Written, files: readonly UploadId[] = []): { path: string; body: object } {
  const { client_message_id, body, to } = written;
  if (to.kind === "room") {
    const path = `/api/rooms/${to.room}/messages`;
    return { path, body: { client_message_id, body, ...enclosedIn(written, files) } };
  }
  if (to.kind === "question") {
    return {
      path: `/api/broadcasts/${to.broadcast}/questions`,
      body: { client_message_id, student: to.student, body },
    };
  }
  const { student, teacher, guardian } = to;
  const forWhom = guardian === null ? {} : { guardian };
  const said = { client_message_id, body, ...enclosedIn(written, files) };
  return { path: "/api/threads/messages", body: { student, teacher, ...forWhom, ...said } };
}

/** What goes with the text, as the server wants it. A question has nothing, and the first message of a thread at most files. */
export function enclosedIn({ with: given }: Written, files: readonly UploadId[] = []): Enclosed {
  const named = files.length > 0 ? { files } : {};
  if (!given) return named;
  return {
    ...named,
    ...(given.quote ? { reply_to: given.quote.seq } : {}),
    ...(given.mentions?.length ? { mentions: given.mentions.map((person) => person.id) } : {}),
    ...(given.isForAll ? { mentions_all: true as const } : {}),
    ...(given.poll ? { poll: given.poll } : {}),
  };
}
