import type { Logged } from "../store/schema";

/** What is asked of the server for it; null: nothing, it never left this device and is not to. Shared with the worker. */
export function requestOf(logged: Logged): { path: string; body: object } | null {
  const base = `/api/broadcasts/${logged.broadcast}/reach/contacts`;
  if (logged.contact !== null) return { path: `${base}/${logged.contact}/withdraw`, body: {} };
  if (logged.isWithdrawn && !logged.tried) return null;
  const whom = logged.student !== null ? { student: logged.student } : { person: logged.person };
  const at = logged.hasNoTime ? {} : { at: logged.at };
  return { path: base, body: { client_contact_id: logged.name, ...whom, channel: logged.channel, ...at } };
}
