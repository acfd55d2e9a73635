/** What this device keeps, one database an account. Versions are only ever appended: a phone may come from any of them. */

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb";
import type { Inbox } from "../protocol/broadcasts";
import type { FileKind, UploadId } from "../protocol/files";
import type { HandChannel, Reached, Subject } from "../protocol/reach";
import type { Ballot, Own, Quote, ReactionKind } from "../protocol/talk";
import type { Me, Message, PersonRef, Room } from "../protocol/types";

/** 0 is a room in which nobody has written yet. */
export const NONE_KEPT = -1;
/** A room as the list shows it. `rev` NONE_KEPT: none of its messages are kept here. `complete`: the oldest kept message is the room's first. */
export type KeptRoom = { id: number; room: Room; rev: number; complete: boolean };

/** To whom something written goes: a room, a thread that its first message makes, or who is asked about a notice. */
export type Destination =
  | { kind: "room"; room: number }
  | { kind: "thread"; student: number; teacher: number | null; guardian: number | null }
  | { kind: "question"; broadcast: number; student: number };

/** What goes with a text: what it answers, whom it names, what it asks everybody to choose from. */
export type Accompanying = {
  quote?: Omit<Quote, "removed">;
  mentions?: PersonRef[];
  isForAll?: boolean;
  poll?: Ballot;
  files?: Enclosure[];
};

/** A file that goes with what was written, as it is told before the server has it. Its bytes are kept beside it, under its key. */
export type Enclosure = {
  key: string;
  kind: FileKind;
  name: string;
  type: string;
  size: number;
  width?: number;
  height?: number;
  seconds?: number;
  peaks?: string;
};
/** `lane`: it was chosen there, and nothing is written with it yet. */
export type Attached = { key: string; about: Enclosure; lane?: string; at: number };
/** How far a file has come: where the server takes it, and what it is called there once all of it has arrived. */
export type Upload = { key: string; address: string; id: UploadId | null };
/** A file of a message that was shown here, or sent from here, to be seen without a line. The largest of them give way, the oldest first. */
export type Seen = { id: number; variant: Variant; room: number; size: number; at: number; type: string };
export type Variant = "small" | "whole";

/** What a person wrote and the server has not confirmed yet. Its name, the UUID, stays the same for ever. */
export type Written = {
  client_message_id: string;
  /** Place among what was written on this device; within a room it is the order of sending. */
  position: number;
  /** All that goes to one place shares a lane; lanes do not wait for each other. */
  lane: string;
  to: Destination;
  body: string;
  with?: Accompanying;
  written_at: string;
  /** `file`: the key of the one that was refused. */
  failed: { code: string; detail: string; file?: string } | null;
};

/**
 * A reaction or a choice in a poll, made on this device and not yet known to the server. A later one of the same takes its place.
 * `epoch`: in which life of the server's database that message was seen; in another the same number may be another message.
 */
export type Deed = { key: string; room: number; seq: number; at: string; epoch: string } & (
  | { what: "react"; kind: ReactionKind | null }
  | { what: "vote"; options: number[] }
);
/** What this person did to a message, as the server last told. */
export type KeptOwn = { room: number; seq: number } & Own;
export const NO_OWN: Own = { reaction: null, vote: [] };

/** "Đã rõ" for one child (null: for oneself), or that a notice was opened: said on this device, not yet known to the server. */
export type Answer = {
  key: string;
  broadcast: number;
  deed: "read" | "acknowledge";
  student: number | null;
  at: string;
};

/**
 * Somebody was told by hand: said on this device, the server has not confirmed it yet. Its name, the UUID, stays the same for
 * ever. `contact`: the server has it under this number, and only its withdrawal is still to be told.
 */
export type Logged = {
  name: string;
  broadcast: number;
  student: number | null;
  person: number | null;
  channel: HandChannel;
  at: string;
  /** This device's clock is off, the server says: it goes by its own. */
  hasNoTime?: boolean;
  /** Given by mistake: nothing of it is to stand. */
  isWithdrawn: boolean;
  /** A try went out: the server may have it although it never said so. */
  tried: boolean;
  contact: number | null;
  failed: { code: string; detail: string } | null;
};
/** The board of a class as it was last seen, to be taken where there is no network. */
export type KeptBoard = { key: string; reached: Reached; subjects: Subject[] };

export interface Schema extends DBSchema {
  rooms: { key: number; value: KeptRoom };
  messages: { key: [number, number]; value: Message };
  outbox: { key: string; value: Written; indexes: { position: number } };
  notices: { key: number; value: Inbox };
  answers: { key: string; value: Answer };
  meta: { key: string; value: unknown };
  drafts: { key: string; value: string };
  contacts: { key: string; value: Logged };
  boards: { key: string; value: KeptBoard };
  deeds: { key: string; value: Deed };
  own: { key: [number, number]; value: KeptOwn };
  attached: { key: string; value: Attached; indexes: { lane: string } };
  /** Bytes and no Blob: Safari loses Blobs of its database. By themselves, so that a list of files is not their weight. */
  attached_bytes: { key: string; value: ArrayBuffer };
  uploads: { key: string; value: Upload };
  seen: { key: [number, string]; value: Seen; indexes: { room: number; at: number } };
  seen_bytes: { key: [number, string]; value: ArrayBuffer };
}
export type Database = IDBPDatabase<Schema>;
type Upgrade = (
  database: Database,
  transaction: IDBPTransaction<Schema, StoreNames<Schema>[], "versionchange">,
) => void;

export const upgrades: Upgrade[] = [
  (database) => {
    database.createObjectStore("rooms", { keyPath: "id" });
    database.createObjectStore("messages", { keyPath: ["room", "seq"] });
    database.createObjectStore("outbox", { keyPath: "client_message_id" }).createIndex("position", "position");
    database.createObjectStore("notices", { keyPath: "id" });
    database.createObjectStore("meta");
    database.createObjectStore("drafts");
  },
  (database) => {
    database.createObjectStore("answers", { keyPath: "key" });
  },
  (database) => {
    database.createObjectStore("contacts", { keyPath: "name" });
    database.createObjectStore("boards", { keyPath: "key" });
  },
  (database) => {
    database.createObjectStore("deeds", { keyPath: "key" });
    database.createObjectStore("own", { keyPath: ["room", "seq"] });
  },
  (database) => {
    database.createObjectStore("attached", { keyPath: "key" }).createIndex("lane", "lane");
    database.createObjectStore("attached_bytes");
    database.createObjectStore("uploads", { keyPath: "key" });
    const seen = database.createObjectStore("seen", { keyPath: ["id", "variant"] });
    seen.createIndex("room", "room");
    seen.createIndex("at", "at");
    database.createObjectStore("seen_bytes");
  },
];

export type Meta = { me: Me; epoch: string };
