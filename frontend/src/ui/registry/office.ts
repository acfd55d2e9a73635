import { RegistryOffice } from "../../model/registry";
import { Upload } from "../../model/registry-upload.svelte";
import type { Session } from "../../model/session.svelte";

/** `begun`: updates that were begun on this device and not looked at yet; the server may be done before anybody asks. */
export type Office = { registry: RegistryOffice; upload: Upload; begun: Set<number> };

const offices = new WeakMap<Session, Office>();

/** One for the life of the app, made when the first of these screens is opened: an upload outlives its screen. */
export function officeOf(session: Session): Office {
  let office = offices.get(session);
  if (!office) {
    const registry = new RegistryOffice(session.api);
    office = { registry, upload: new Upload(registry), begun: new Set() };
    offices.set(session, office);
  }
  return office;
}
