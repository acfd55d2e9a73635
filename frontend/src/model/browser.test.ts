import { expect, it } from "vitest";
import { browserOf, intentFor } from "./browser";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 13; SM-A145F Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.6099.43 Mobile Safari/537.36";

it.each([
  ["Zalo on Android", `${ANDROID} Zalo android/12121 ZaloTheme/light ZaloLanguage/vi`, "Zalo", "android", "Chrome"],
  [
    "Zalo on an iPhone",
    `${IPHONE} Mobile/15E148 Zalo iOS/494 ZaloTheme/light ZaloLanguage/vi`,
    "Zalo",
    "ios",
    "Safari",
  ],
  ["Facebook on Android", `${ANDROID} [FB_IAB/FB4A;FBAV/443.0.0.23.229;]`, "Facebook", "android", "Chrome"],
  [
    "Facebook on an iPhone",
    `${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/441.0.0.29.107;FBBV/537;FBDV/iPhone14,5]`,
    "Facebook",
    "ios",
    "Safari",
  ],
  ["Messenger on Android", `${ANDROID} [FB_IAB/Orca-Android;FBAV/438.0.0.25.119;]`, "Messenger", "android", "Chrome"],
  [
    "Messenger on an iPhone",
    `${IPHONE} Mobile/15E148 [FBAN/MessengerForiOS;FBAV/436.1.0.36.106;FBBV/533]`,
    "Messenger",
    "ios",
    "Safari",
  ],
  ["Instagram on an iPhone", `${IPHONE} Mobile/15E148 Instagram 309.1.1.28.108`, "Instagram", "ios", "Safari"],
  ["TikTok on Android", `${ANDROID} trill_320403 BytedanceWebview/d8a21c6`, "TikTok", "android", "Chrome"],
  ["an unnamed app on Android", ANDROID, "", "android", "Chrome"],
  ["an unnamed app on an iPhone", `${IPHONE} Mobile/15E148`, "", "ios", "Safari"],
])("hands over from %s", (_name, agent, app, system, opens) => {
  expect(browserOf(agent, false, 5)).toEqual({ kind: "in_app", app, system, opens });
});

it.each([
  ["Safari on an iPhone", `${IPHONE} Version/17.1 Mobile/15E148 Safari/604.1`, 5],
  ["Chrome on an iPhone", `${IPHONE} CriOS/119.0.6045.169 Mobile/15E148 Safari/604.1`, 5],
  [
    "Safari on an iPad that says it is a Mac",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
    5,
  ],
])("leads %s to the home screen first", (_name, agent, touchPoints) => {
  expect(browserOf(agent, false, touchPoints)).toEqual({ kind: "iphone_tab" });
});

it.each([
  [
    "Chrome on Android",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
    5,
  ],
  [
    "Cốc Cốc on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/120.0.154 Chrome/114.0.5735.154 Safari/537.36",
    0,
  ],
  ["Firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", 0],
  [
    "Safari on a Mac",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
    0,
  ],
])("leaves %s alone", (_name, agent, touchPoints) => {
  expect(browserOf(agent, false, touchPoints)).toEqual({ kind: "plain" });
});

it("has nothing to ask of an app on the home screen", () => {
  expect(browserOf(`${IPHONE} Mobile/15E148`, true, 5)).toEqual({ kind: "plain" });
});

it("hands Chrome the whole address, the code in its fragment included", () => {
  const intent = intentFor("https://truong.example.vn/k#K7M4-QX9P-2HTA");
  // Android reads everything before the last '#Intent;' as the address.
  const [data, extras] = [intent.slice(0, intent.lastIndexOf("#")), intent.slice(intent.lastIndexOf("#"))];
  expect(data).toBe("intent://truong.example.vn/k#K7M4-QX9P-2HTA");
  expect(extras).toMatch(
    /^#Intent;scheme=https;package=com\.android\.chrome;S\.browser_fallback_url=https%3A%2F%2F.*K7M4-QX9P-2HTA;end$/,
  );
});
