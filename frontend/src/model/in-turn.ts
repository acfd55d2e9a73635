/** Of several questions only the newest one's answer counts; the others come back as null. */
export function inTurn(): <Answer>(asked: Promise<Answer>) => Promise<Answer | null> {
  let turn = 0;
  return async (asked) => {
    turn += 1;
    const mine = turn;
    const answer = await asked;
    return mine === turn ? answer : null;
  };
}
