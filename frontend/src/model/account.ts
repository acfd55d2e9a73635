/** The account's password and devices: asked of the server each time, kept nowhere. */

import type { Api } from "../net/api";
import type { Device, DeviceCode } from "../protocol/types";

export class Account {
  private readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  passwordName(): Promise<{ username: string }> {
    return this.api.get("/api/password");
  }

  /** A password of one's own, for a second device without a letter. `present` when there is one already. */
  async setPassword(password: string, present: string): Promise<void> {
    await this.api.post("/api/password", present ? { password, present } : { password });
  }

  devices(): Promise<{ devices: Device[] }> {
    return this.api.get("/api/devices");
  }

  async endDevice(id: number): Promise<void> {
    await this.api.del(`/api/devices/${id}`);
  }

  deviceCode(): Promise<DeviceCode> {
    return this.api.post("/api/devices/code");
  }
}
