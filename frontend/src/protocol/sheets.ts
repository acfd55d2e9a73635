/** Activation sheets as the server tells of them (docs/protocol.md 4). */

export const SHEET_STATES = ["not_me", "no_letter", "expired", "printed", "activated"] as const;
export type SheetState = (typeof SHEET_STATES)[number];
export type SheetCounts = Record<SheetState, number>;
export type Addressee = {
  id: number;
  name: string;
  is_pupil: boolean;
  children: { given_name: string; class_title: string }[];
  state: SheetState;
  printed_at: string | null;
  expires_at: string | null;
};
export type ClassSheets = { id: number; title: string; people: number; counts: SheetCounts };
export type Sheets = {
  school: number;
  school_name: string;
  people: number;
  counts: SheetCounts;
  classes: ClassSheets[];
  addressees: Addressee[];
};
