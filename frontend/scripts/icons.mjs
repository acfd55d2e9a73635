/** Draws the app's icons from the drum symbol, so that one drawing stays the source. No image library: PNG is chunks and zlib. */

import { mkdirSync, writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const out = new URL("../public/icons/", import.meta.url);
mkdirSync(out, { recursive: true });

const BOARD = [0x1b, 0x48, 0x38];
const CHALK = [0xf4, 0xf8, 0xf3];
const LEDGE = [0xc4, 0x8b, 0x3c];

/** The strokes of `#drum` on its 24 grid, as points. The head and the stick are in the ledge's gold. */
function strokes() {
  const line = (from, to) => range(40).map((t) => [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t]);
  const cubic = (a, b, c, d) =>
    range(60).map((t) => {
      const u = 1 - t;
      return [0, 1].map((i) => u * u * u * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t * t * t * d[i]);
    });
  const ellipse = (cx, cy, rx, ry) =>
    range(160).map((t) => [cx + rx * Math.cos(t * 2 * Math.PI), cy + ry * Math.sin(t * 2 * Math.PI)]);
  return [
    { colour: LEDGE, points: ellipse(12, 8.5, 7.5, 3) },
    { colour: CHALK, points: cubic([4.5, 8.5], [3.6, 11.9], [3.6, 15.1], [4.5, 17.7]) },
    { colour: CHALK, points: cubic([4.5, 17.7], [5.7, 19.3], [8.6, 20.3], [12, 20.3]) },
    { colour: CHALK, points: cubic([12, 20.3], [15.4, 20.3], [18.3, 19.3], [19.5, 17.7]) },
    { colour: CHALK, points: cubic([19.5, 17.7], [20.4, 15.1], [20.4, 11.8], [19.5, 8.5]) },
    { colour: CHALK, points: cubic([4.2, 14.5], [6.2, 16.3], [9, 17], [12, 17]) },
    { colour: CHALK, points: cubic([12, 17], [15, 17], [17.8, 16.3], [19.8, 14.5]) },
    { colour: LEDGE, points: line([13, 8], [19, 2.5]) },
  ];
}

function range(steps) {
  return Array.from({ length: steps + 1 }, (_, index) => index / steps);
}

/** Pixels of one icon: the drum at `share` of the side; rounded corners where the system does not cut them itself. */
function draw(side, { share, radius, background, colours = null }) {
  const pixels = new Uint8Array(side * side * 4);
  const scale = (side * share) / 24;
  const offset = (side * (1 - share)) / 2;
  const half = (1.75 / 2) * scale;
  const reach = half + 1;
  const cover = new Float32Array(side * side);
  const shade = new Uint8Array(side * side * 3);
  for (const { colour, points } of strokes()) {
    for (let index = 1; index < points.length; index += 1) {
      const [a, b] = [points[index - 1], points[index]].map(([x, y]) => [x * scale + offset, y * scale + offset]);
      const box = [
        Math.min(a[0], b[0]) - reach,
        Math.max(a[0], b[0]) + reach,
        Math.min(a[1], b[1]) - reach,
        Math.max(a[1], b[1]) + reach,
      ];
      for (let y = Math.max(0, Math.floor(box[2])); y <= Math.min(side - 1, box[3]); y += 1) {
        for (let x = Math.max(0, Math.floor(box[0])); x <= Math.min(side - 1, box[1]); x += 1) {
          const far = distance([x + 0.5, y + 0.5], a, b);
          const alpha = Math.min(1, Math.max(0, half - far + 0.5));
          const at = y * side + x;
          if (alpha > cover[at]) {
            cover[at] = alpha;
            shade.set(colours ?? colour, at * 3);
          }
        }
      }
    }
  }
  for (let at = 0; at < side * side; at += 1) {
    const inside = background ? corner(at % side, Math.floor(at / side), side, radius) : cover[at];
    for (let part = 0; part < 3; part += 1) {
      const over = shade[at * 3 + part];
      pixels[at * 4 + part] = background ? background[part] + (over - background[part]) * cover[at] : over;
    }
    pixels[at * 4 + 3] = inside * 255;
  }
  return pixels;
}

function distance(point, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const along = Math.max(0, Math.min(1, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(point[0] - a[0] - along * dx, point[1] - a[1] - along * dy);
}

function corner(x, y, side, radius) {
  const dx = Math.max(radius - x - 0.5, x + 0.5 - (side - radius), 0);
  const dy = Math.max(radius - y - 0.5, y + 0.5 - (side - radius), 0);
  return Math.min(1, Math.max(0, radius - Math.hypot(dx, dy) + 0.5));
}

function png(side, pixels) {
  const rows = Buffer.alloc((side * 4 + 1) * side);
  for (let y = 0; y < side; y += 1)
    Buffer.from(pixels.buffer, y * side * 4, side * 4).copy(rows, y * (side * 4 + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name, body) {
  const head = Buffer.concat([Buffer.from(name), body]);
  const whole = Buffer.alloc(head.length + 8);
  whole.writeUInt32BE(body.length, 0);
  head.copy(whole, 4);
  whole.writeUInt32BE(crc(head), head.length + 4);
  return whole;
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const icons = {
  "icon-192.png": [192, { share: 0.72, radius: 36, background: BOARD }],
  "icon-512.png": [512, { share: 0.72, radius: 96, background: BOARD }],
  // Systems cut a maskable icon to their own shape: everything that matters is in the middle four fifths.
  "maskable-512.png": [512, { share: 0.56, radius: 0, background: BOARD }],
  "apple-touch-icon.png": [180, { share: 0.66, radius: 0, background: BOARD }],
  // Android colours a badge itself: only its shape counts.
  "badge-96.png": [96, { share: 0.92, radius: 0, background: null, colours: [255, 255, 255] }],
};
for (const [name, [side, look]] of Object.entries(icons))
  writeFileSync(new URL(name, out), png(side, draw(side, look)));

const paths = `<ellipse cx="12" cy="8.5" rx="7.5" ry="3" stroke="#C48B3C"/><path d="M4.5 8.5c-.9 3.4-.9 6.6 0 9.2 1.2 1.6 4.1 2.6 7.5 2.6s6.3-1 7.5-2.6c.9-2.6.9-5.8 0-9.2"/><path d="M4.2 14.5c2 1.8 4.8 2.5 7.8 2.5s5.8-.7 7.8-2.5"/><path d="M13 8 19 2.5" stroke="#C48B3C"/>`;
writeFileSync(
  new URL("icon.svg", out),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 32 32"><rect x="-4" y="-4" width="32" height="32" rx="6" fill="#1B4838"/><g fill="none" stroke="#F4F8F3" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${paths}</g></svg>\n`,
);
