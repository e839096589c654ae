import { expect, test } from "vitest";
import { fromLocal, toLocal } from "../src/screens/prepare/local";

test("a moment is written by the hall's clock, whatever the browser's zone, and read back the same", () => {
  const at = Date.UTC(2022, 1, 17, 6, 45) * 1000;
  expect(toLocal(at, 7 * 3600)).toBe("2022-02-17T13:45");
  expect(fromLocal("2022-02-17T13:45", 7 * 3600)).toBe(at);
  expect(toLocal(Date.UTC(2022, 1, 17, 20, 0) * 1000, 7 * 3600)).toBe("2022-02-18T03:00");
});

test.each(["", "2022-02-17", "2022-02-31T25:00", "noon"])("%j is no moment", (text) => expect(fromLocal(text, 0)).toBeNull());
