/** Second factors, as the server tells of them (docs/protocol.md 1). */

export type Factor = {
  id: number;
  type: "totp" | "webauthn";
  /** Of a passkey; an app has none. */
  name: string;
  created_at: string;
  last_used_at: string | null;
};
export type Factors = { factors: Factor[]; recovery_codes: number };
export type AppSecret = { secret: string; address: string; qr_svg: string };
/** What signs in once each when no factor is at hand. Empty where there were some before. */
export type RecoveryCodes = { recovery_codes: string[] };
