/** What one does in a room at once or not at all: pinning, ending a poll, forwarding, asking who did what. */

import type { Api } from "../net/api";
import type { Pin, Votes } from "../protocol/talk";
import type { Member, Message } from "../protocol/types";
import type { Rooms } from "./rooms.svelte";

export type Members = { members: Member[]; truncated: boolean };

export class RoomActs {
  private readonly api: Api;
  private readonly rooms: Pick<Rooms, "take" | "takePins">;
  private readonly room: number;

  constructor(api: Api, rooms: Pick<Rooms, "take" | "takePins">, room: number) {
    this.api = api;
    this.rooms = rooms;
    this.room = room;
  }

  async pin(seq: number, until: string): Promise<void> {
    const { pins } = await this.api.put<{ pins: Pin[] }>(this.at(seq, "pin"), { until });
    this.rooms.takePins(this.room, pins);
  }

  async unpin(seq: number): Promise<void> {
    const { pins } = await this.api.del<{ pins: Pin[] }>(this.at(seq, "pin"));
    this.rooms.takePins(this.room, pins);
  }

  async closePoll(seq: number): Promise<void> {
    await this.rooms.take(await this.api.post<Message>(this.at(seq, "close")));
  }

  /** Who chose what. */
  votes(seq: number): Promise<Votes> {
    return this.api.get(this.at(seq, "votes"));
  }

  members(): Promise<Members> {
    return this.api.get(`/api/rooms/${this.room}/members`);
  }

  /** Under a name that stays, so that a second try makes no second copy. */
  async forward(seq: number, to: number, name: string): Promise<void> {
    const body = { client_message_id: name, forward: { room: this.room, seq } };
    await this.rooms.take(await this.api.post<Message>(`/api/rooms/${to}/messages`, body));
  }

  private at(seq: number, what: string): string {
    return `/api/rooms/${this.room}/messages/${seq}/${what}`;
  }
}
