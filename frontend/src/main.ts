import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { clock } from "./clock";
import { Waiting } from "./model/approvals-waiting";
import { Broadcasts } from "./model/broadcasts.svelte";
import { Deeds } from "./model/deeds.svelte";
import { Ledger } from "./model/ledger.svelte";
import { Nearby } from "./model/nearby.svelte";
import { Preferences } from "./model/preferences.svelte";
import { RoomFiles } from "./model/room-files.svelte";
import { Session } from "./model/session.svelte";
import { HttpApi } from "./net/api";
import { fetchFile } from "./net/carrying";
import { surroundings } from "./net/online";
import { dialServer } from "./net/socket";
import { registerWorker, sendLater } from "./net/worker";
import { shelf } from "./store/preferences";
import { overwriteGetLocale } from "./text";
import { dayKey } from "./text/format";
import { works } from "./ui/broadcasts/notices";
import { sentenceOf } from "./ui/parts/refused";
import { Toasts } from "./ui/parts/toasts.svelte";
import { Layout } from "./ui/shell/layout.svelte";
import { Navigation } from "./ui/shell/navigation.svelte";

const preferences = new Preferences(shelf);
// Texts read the language through a rune, so that a switch redraws every word without a reload.
overwriteGetLocale(() => preferences.language);
preferences.apply();

const api = new HttpApi(() => preferences.language);
const session = new Session({
  api,
  carry: api.carry,
  dial: dialServer,
  clock,
  surroundings,
  shelf,
  preferences,
  dayOf: dayKey,
  sendLater,
});

// Nobody waits any more for what was under way when somebody signed out: it is no fault to report.
addEventListener("unhandledrejection", (event) => {
  if (session.isLeftBehind(event.reason)) event.preventDefault();
});

const navigation = new Navigation();
const toasts = new Toasts();
session.accompany(
  "deeds",
  (who, database) =>
    new Deeds({
      database,
      api: who.api,
      line: who.live,
      clock,
      rooms: () => who.rooms,
      later: () => void sendLater(),
      refused: (refusal) => toasts.show(sentenceOf(refusal)),
    }),
);
session.accompany("files", (who, database) => new RoomFiles({ database, api: who.api, clock, fetchFile }));
session.accompany(
  "notices",
  (who, database) =>
    new Broadcasts({
      database,
      api: who.api,
      line: who.live,
      clock,
      surroundings,
      later: () => void sendLater(),
      unseen: (count) => {
        who.unreadNotices = count;
      },
    }),
);
session.accompany(
  "waiting",
  (who) =>
    new Waiting(
      clock,
      () => who.refreshMe(),
      () => who.me !== null && works(who.me),
    ),
);
session.accompany(
  "ledger",
  (who, database) =>
    new Ledger({
      database,
      api: who.api,
      clock,
      now: () => who.companion<Waiting>("waiting")?.serverClock.now() ?? clock.now(),
      later: () => void sendLater(),
    }),
);
session.accompany(
  "nearby",
  (who) =>
    new Nearby({
      line: who.live,
      clock,
      surroundings,
      me: () => who.myId,
      isWilling: () => preferences.presence,
    }),
);

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
target.replaceChildren();
mount(App, {
  target,
  props: { parts: { session, navigation, layout: new Layout(preferences), toasts } },
});
void session.start();

if (import.meta.env.PROD) {
  registerWorker({
    follow: (path) => navigation.go(path),
    kept: () => void session.companion<Broadcasts>("notices")?.takeUp(),
    renewed: () => {
      session.isOutdated = true;
    },
  });
}
