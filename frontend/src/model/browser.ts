/** What this browser is to us: one that can keep a session and ring, or one inside another app that can do neither. */

export type Browser =
  /** Inside Zalo, Facebook and the like: hands over to the phone's own browser, the code kept. */
  | { kind: "in_app"; app: string; system: "android" | "ios" | "other"; opens: "Chrome" | "Safari" }
  /** Safari on an iPhone: rings only once it is on the home screen. */
  | { kind: "iphone_tab" }
  | { kind: "plain" };

const IN_APP: [RegExp, string][] = [
  [/\bZalo\b/i, "Zalo"],
  [/MessengerForiOS|Orca-Android|MessengerLite|\bMESSENGER\b/, "Messenger"],
  [/\bFBAN\b|\bFBAV\b|\bFB_IAB\b|\bFB4A\b|\bFBIOS\b/, "Facebook"],
  [/\bInstagram\b/, "Instagram"],
  [/musical_ly|BytedanceWebview|\bTikTok\b|\bTrill\b/i, "TikTok"],
  [/\bLine\//, "LINE"],
  [/\bViber\b/i, "Viber"],
  [/MicroMessenger/, "WeChat"],
];

export function browserOf(userAgent: string, isStandalone: boolean, touchPoints: number): Browser {
  // An iPad says that it is a Mac; a Mac has no touch screen.
  const isApple = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1);
  const system = isApple ? "ios" : /Android/.test(userAgent) ? "android" : "other";
  const opens = system === "ios" ? "Safari" : "Chrome";
  if (isStandalone) return { kind: "plain" };
  const found = IN_APP.find(([pattern]) => pattern.test(userAgent));
  if (found) return { kind: "in_app", app: found[1], system, opens };
  // An Android web view without a name we know is still somebody's app.
  if (system === "android" && /; wv\)/.test(userAgent)) return { kind: "in_app", app: "", system, opens };
  // So is an iPhone web view: the real browsers all say Safari.
  if (system === "ios" && !/Safari\//.test(userAgent)) return { kind: "in_app", app: "", system, opens };
  return system === "ios" ? { kind: "iphone_tab" } : { kind: "plain" };
}

/** The address that makes Android open Chrome with this very page, its fragment with the code included. */
export function intentFor(address: string): string {
  const [scheme, rest = ""] = address.split("://");
  const fallback = encodeURIComponent(address);
  return `intent://${rest}#Intent;scheme=${scheme};package=com.android.chrome;S.browser_fallback_url=${fallback};end`;
}

export function thisBrowser(): Browser {
  const isStandalone =
    matchMedia("(display-mode: standalone)").matches ||
    (navigator as Navigator & { standalone?: boolean }).standalone === true;
  return browserOf(navigator.userAgent, isStandalone, navigator.maxTouchPoints);
}
