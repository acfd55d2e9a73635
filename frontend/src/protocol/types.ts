/** The shapes that the server and this app exchange; described for people in docs/protocol.md. The same over REST and socket. */

import type { Inbox } from "./broadcasts";
import type { FileKind, MessageFile } from "./files";
import type {
  Enclosed,
  Forwarded,
  Mine,
  Own,
  Pin,
  Pinned,
  Poll,
  PollMoved,
  Quote,
  Reacted,
  Reaction,
  ReactionKind,
} from "./talk";

export type Language = "vi" | "en";

export type OrgRef = { id: number; name: string; type: string; level: string };
export type ClassRef = { id: number; title: string };
export type PersonRef = { id: number; name: string; address: string; label: string; role: string };
export type Child = {
  id: number;
  name: string;
  given_name: string;
  class: ClassRef | null;
  school: OrgRef | null;
  tint: number;
};
export type HeldRole = { role: string; org: OrgRef; position: string };
export type Homeroom = { id: number; title: string; school: OrgRef; is_homeroom_teacher: boolean };

export type Me = {
  person: { id: number; name: string; given_name: string; position: string; gender: string };
  language: Language;
  epoch: string;
  roles: HeldRole[];
  homerooms: Homeroom[];
  children: Child[];
  may: { compose: boolean; registry: boolean };
  /** Held imports that wait for this person's decision. */
  registry_waiting: number;
  registry_stale_since: string | null;
  /** Notices that wait for this person to decide, as the second one. */
  approvals_waiting: number;
  /** Questions about notices that wait for this person's answer; an account kept by an older app has none. */
  questions_waiting?: number;
  second_factor: {
    /** May send beyond a class, and needs one for it. */
    wanted: boolean;
    enrolled: boolean;
    /** Until when this session may send without being asked. */
    fresh_until: string | null;
  };
  push_key: string;
  unread: { notices: number; messages: number };
};

export type Activation = {
  name: string;
  children: { given_name: string; class_title: string }[];
  school_name: string;
  expires_at: string;
  is_pupil: boolean;
};
export type Device = {
  id: number;
  label: string;
  created_at: string;
  last_seen_at: string | null;
  is_this: boolean;
};
export type DeviceCode = { code: string; expires_at: string; qr_svg: string };

export type RoomKind = "class" | "guardians" | "staff" | "community" | "thread";
export type Can = "read" | "post" | "moderate" | "open_talk";
export type Room = {
  id: number;
  kind: RoomKind;
  title: string;
  subtitle: string;
  org: OrgRef | null;
  school_class: ClassRef | null;
  child: Child | null;
  with: PersonRef | null;
  seat: string;
  can: Can[];
  is_talk_open: boolean;
  state: "open" | "archived";
  head: number;
  last_seq: number;
  have_seq: number;
  read_seq: number;
  unread: number;
  member_count: number;
  last: {
    seq: number;
    author: PersonRef;
    excerpt: string;
    created_at: string;
    removed: boolean;
    file?: FileKind;
  } | null;
  others_read_seq: number | null;
  others_have_seq: number | null;
  /** Those that had not ended when this was told, newest first. */
  pins?: Pin[];
};
export type Contact = {
  student: Child;
  teacher: PersonRef | null;
  guardian: PersonRef | null;
  title: string;
  subtitle: string;
  room: number | null;
};
export type Member = { person: PersonRef; seat: string; have_seq?: number; read_seq?: number };
export type Message = {
  room: number;
  seq: number;
  rev: number;
  author: PersonRef;
  client_message_id: string;
  body: string;
  created_at: string;
  edited_at: string | null;
  removed_at: string | null;
  /** Each of these is left out where there is nothing to tell, and by a server from before them. */
  removed_by?: "author" | "moderator";
  reply_to?: Quote;
  mentions?: PersonRef[];
  mentions_all?: boolean;
  reactions?: Reaction[];
  poll?: Poll;
  forwarded?: Forwarded;
  files?: MessageFile[];
};
export type Changes = {
  messages: Message[];
  head: number;
  last_seq: number;
  start_again: boolean;
  mine?: Mine;
  pins?: Pin[];
};
export type Page = { messages: Message[]; head: number; complete: boolean; mine?: Mine };
export type CatchUp = { epoch: string; rooms: Record<string, Changes>; gone: number[]; start_again: boolean };
/** What `POST /api/poll` answers. `mark` goes back with the next one; `anew`: as after a hello. */
export type Polled = CatchUp & { heads: Record<string, number>; events: unknown[]; mark: string; anew: boolean };

export type Urgency = "thuong" | "khan" | "thuong_khan" | "hoa_toc";
export type Issuer = { name: string; is_official: boolean };
export type Totals = {
  recipients: number;
  delivered: number;
  seen: number;
  wanted: number;
  acknowledged: number;
  units: number;
  units_done: number;
};
/** Đính chính, thay thế, thu hồi. */
export type How = "dinh_chinh" | "thay_the" | "thu_hoi";
/** What holds instead of a notice, how and since when. */
export type Superseded = { by: number; how: How; at: string };
export type BroadcastHint = {
  id: number;
  issuer: Issuer;
  kind: string;
  urgency: Urgency;
  title: string;
  published_at: string;
  wants_acknowledgement: boolean;
  /** Each unit that has it confirms it, passes it down and carries it out. */
  wants_carrying_out?: boolean;
  /** A drill: shown so that nobody takes it for the real thing. */
  is_exercise?: boolean;
  /** Its place among those that took each other's: 1, unless it corrects something. */
  version?: number;
  corrects?: { id: number; how: How } | null;
  superseded?: Superseded | null;
};

/** What the server sends unasked. `topic` tells through which subscription it came; the app goes by the ids inside. */
export type ServerEvent =
  | { type: "hello"; epoch: string; person: number; heartbeat: number; heads: Record<string, number> }
  | { type: "message.posted" | "message.edited" | "message.removed"; topic: string; rev: number; message: Message }
  | ({ type: "message.reacted"; topic: string; person: number | null; kind: ReactionKind | null } & Reacted)
  | ({ type: "poll.moved"; topic: string } & PollMoved)
  | ({ type: "room.pinned"; topic: string } & Pinned)
  | { type: "receipt.moved"; topic: string; person: number; have_seq: number; read_seq: number; room?: number }
  | { type: "room.opened"; room: number }
  | { type: "access.changed"; rooms: number[] }
  | { type: "room.changed"; topic: string; is_talk_open: boolean; state: Room["state"] }
  | { type: "broadcast.published"; broadcast: BroadcastHint }
  | { type: "broadcast.corrected"; broadcast: number; superseded: Superseded }
  | { type: "broadcast.progressed"; broadcast: number; totals: Totals; units: { unit: OrgRef; totals: Totals }[] }
  | { type: "draft.changed"; draft: number; state: string }
  | { type: "questions.changed"; broadcast: number }
  | { type: "heartbeat"; heads: Record<string, number>; at: string }
  | { type: "closing"; code: number; retry_after: number }
  | { type: "typing.started"; topic: string; person: number }
  | { type: "presence.moved"; topic: string; person: number; here: boolean };

/** What the app asks for, and what the answer carries. */
export type Orders = {
  "message.post": {
    ask: { room: number; client_message_id: string; body: string } & Enclosed;
    ok: { room: number; seq: number; rev: number; message: Message };
  };
  "message.edit": { ask: { room: number; seq: number; body: string }; ok: { message: Message } };
  "message.remove": { ask: { room: number; seq: number }; ok: { message: Message } };
  "message.react": { ask: { room: number; seq: number; kind: ReactionKind | null }; ok: Reacted & { mine: Own } };
  "poll.vote": { ask: { room: number; seq: number; options: number[] }; ok: PollMoved & { mine: Own } };
  "message.read": {
    ask: { room: number; read_seq?: number; have_seq?: number };
    ok: { read_seq: number; have_seq: number; unread: number };
  };
  "room.resume": { ask: { epoch: string; rooms: Record<string, number> }; ok: CatchUp };
  "broadcast.read": { ask: { broadcast: number; at?: string; sent_at?: string }; ok: { seen_at: string } };
  "broadcast.acknowledge": {
    ask: { broadcast: number; students: number[]; at?: string; sent_at?: string };
    ok: { broadcast: Inbox };
  };
  "broadcast.watch": { ask: { broadcast: number }; ok: { totals: Totals } };
  typing: { ask: { room: number }; ok: Record<never, never> };
  presence: { ask: { room: number; here: boolean }; ok: Record<never, never> };
  ping: { ask: Record<never, never>; ok: Record<never, never> };
};
export type OrderName = keyof Orders;

export type RefusalShape = {
  code: string;
  detail: string;
  retry: boolean;
  retry_after?: number;
  facts?: Record<string, unknown>;
};
