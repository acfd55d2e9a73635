import { beforeEach, describe, expect, it } from "vitest";
import { settled } from "../clock.test-only";
import type { Api } from "../net/api";
import { bytes, canUsePasskeys, text } from "../net/passkeys";
import { Refusal, Unreachable } from "../protocol/refusal";
import type { Me } from "../protocol/types";
import { lacksFactor, SecondFactor } from "./second-factor.svelte";

function refusal(code: string, status = 403): Refusal {
  return new Refusal({ code, detail: "", retry: false }, status);
}
function me(wanted: boolean, enrolled: boolean): Me {
  return { second_factor: { wanted, enrolled, fresh_until: null } } as Me;
}

let who: Me | null;
let asked: [string, object | undefined][];
let answers: (unknown | Error)[];
let factors: SecondFactor;
/** What the server wants before it does what is asked: taken one by one. */
let wants: string[];
let done: number;

beforeEach(() => {
  who = me(true, true);
  asked = [];
  answers = [];
  wants = [];
  done = 0;
  const answer = async <T>(path: string, body?: object): Promise<T> => {
    asked.push([path, body]);
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next as T;
  };
  factors = new SecondFactor({
    api: { post: answer, put: answer, get: answer, del: answer } as unknown as Api,
    me: () => who,
    refreshMe: () => Promise.resolve(),
  });
});

async function send(): Promise<string> {
  const code = wants.shift();
  if (code) throw refusal(code);
  done += 1;
  return "sent";
}

describe("what wants the second factor", () => {
  it("is done at once where the server asks for nothing", async () => {
    expect(await factors.confirmed(send)).toBe("sent");
    expect([factors.isAsked, done]).toEqual([false, 1]);
  });

  it("is done again after a code, once", async () => {
    wants = ["confirm_again"];
    const sending = factors.confirmed(send);
    await settled();
    expect([factors.isAsked, done]).toEqual([true, 0]);
    await factors.confirmByCode("123456");
    expect(await sending).toBe("sent");
    expect([factors.isAsked, done]).toEqual([false, 1]);
    expect(asked).toEqual([["/api/second-factor/confirm", { code: "123456" }]]);
  });

  it("stays asked for while the code is wrong", async () => {
    wants = ["confirm_again"];
    const sending = factors.confirmed(send);
    await settled();
    answers = [refusal("second_factor_wrong", 401), new Unreachable("cut"), null];
    await expect(factors.confirmByCode("000000")).rejects.toThrow("second_factor_wrong");
    await expect(factors.confirmByCode("123456")).rejects.toThrow("cut");
    expect([factors.isAsked, done]).toEqual([true, 0]);
    await factors.confirmByCode("123456");
    expect(await sending).toBe("sent");
  });

  it("asks once more when the five minutes ran out meanwhile", async () => {
    wants = ["confirm_again", "confirm_again"];
    const sending = factors.confirmed(send);
    await settled();
    await factors.confirmByCode("111111");
    await settled();
    expect(factors.isAsked).toBe(true);
    await factors.confirmByCode("222222");
    expect(await sending).toBe("sent");
    expect(done).toBe(1);
  });

  it("is not done by who turns away", async () => {
    wants = ["confirm_again"];
    const sending = factors.confirmed(send);
    await settled();
    factors.settle(false);
    await expect(sending).rejects.toThrow("confirm_again");
    expect([factors.isAsked, done]).toEqual([false, 0]);
  });

  it("leads to the set-up who has none", async () => {
    who = me(true, false);
    wants = ["second_factor_missing"];
    await expect(factors.confirmed(send)).rejects.toThrow("second_factor_missing");
    expect([factors.isMissing, factors.isAsked, done]).toEqual([true, false, 0]);
  });

  it("asks for it in a session that was begun without", async () => {
    wants = ["second_factor_missing"];
    const sending = factors.confirmed(send);
    await settled();
    expect([factors.isMissing, factors.isAsked]).toEqual([false, true]);
    await factors.confirmByCode("123456");
    expect(await sending).toBe("sent");
  });

  it("leaves every other no alone", async () => {
    for (const code of ["not_your_audience", "audience_changed"]) {
      wants = [code];
      await expect(factors.confirmed(send)).rejects.toThrow(code);
    }
    await expect(factors.confirmed(() => Promise.reject(new Unreachable("cut")))).rejects.toThrow("cut");
    expect([factors.isAsked, factors.isMissing]).toEqual([false, false]);
  });

  it("is over for who signs out", async () => {
    wants = ["confirm_again"];
    const sending = factors.confirmed(send);
    await settled();
    factors.forget();
    await expect(sending).rejects.toThrow("confirm_again");
  });
});

it("is lacking to whom it is wanted of and who has none; what an older app kept says nothing", () => {
  expect([me(true, false), me(true, true), me(false, false), {} as Me, null].map(lacksFactor)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

it("carries bytes of passkeys there and back", () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect([...bytes(text(all.buffer))]).toEqual([...all]);
  expect(text(Uint8Array.from([251, 255]).buffer)).toBe("-_8");
});

it("offers no passkey at a bare address", () => {
  expect(["127.0.0.1", "::1"].map((host) => canUsePasskeys(host))).toEqual([false, false]);
});
