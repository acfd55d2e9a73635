/** Passkeys as the browser has them (WebAuthn): bytes on its side, base64url in what the server says and hears. */

type Descriptor = { id: string; type: PublicKeyCredentialType; transports?: AuthenticatorTransport[] };
export type CreationOptions = {
  publicKey: {
    challenge: string;
    user: { id: string; name: string; displayName: string };
    excludeCredentials?: Descriptor[];
  } & Record<string, unknown>;
};
export type RequestOptions = {
  publicKey: { challenge: string; allowCredentials?: Descriptor[] } & Record<string, unknown>;
};

/** The browser did not do it: cancelled, none there, or not in time. Nothing more is told, so that pages learn nothing. */
export class NoPasskey extends Error {
  constructor(why: unknown) {
    super(String(why));
    this.name = "NoPasskey";
  }
}

/** A passkey belongs to a name, never to a bare address such as 127.0.0.1; and only a secure page may ask. */
export function canUsePasskeys(host = location.hostname): boolean {
  const isAddress = /^[\d.]+$/.test(host) || host.includes(":");
  return !isAddress && globalThis.isSecureContext === true && "PublicKeyCredential" in globalThis;
}

/** The browser asks for finger, face or PIN and makes a passkey. */
export async function makePasskey({ publicKey }: CreationOptions): Promise<object> {
  const options = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: (publicKey.excludeCredentials ?? []).map(described),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = await asked(() => navigator.credentials.create({ publicKey: options }));
  const { clientDataJSON, attestationObject } = made.response as AuthenticatorAttestationResponse;
  return shaped(made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) });
}

/** The browser asks for finger, face or PIN and answers with a passkey that is there. */
export async function givePasskey({ publicKey }: RequestOptions): Promise<object> {
  const options = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    allowCredentials: (publicKey.allowCredentials ?? []).map(described),
  } as unknown as PublicKeyCredentialRequestOptions;
  const given = await asked(() => navigator.credentials.get({ publicKey: options }));
  const response = given.response as AuthenticatorAssertionResponse;
  return shaped(given, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

async function asked(question: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const answer = await question();
    if (answer) return answer as PublicKeyCredential;
  } catch (error) {
    throw new NoPasskey(error);
  }
  throw new NoPasskey("nothing");
}

function described(one: Descriptor): object {
  return { ...one, id: bytes(one.id) };
}

function shaped(credential: PublicKeyCredential, response: Record<string, string | null>): object {
  const { id, type } = credential;
  const clientExtensionResults = credential.getClientExtensionResults();
  return { id, rawId: text(credential.rawId), type, response, clientExtensionResults };
}

export function bytes(base64url: string): Uint8Array {
  const plain = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
