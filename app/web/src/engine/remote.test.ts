// @vitest-environment node
import { afterEach, beforeEach, expect, it } from "vitest";
import { EngineError } from "./explain";
import { type Port, type Remote, remote, serve } from "./remote";

class Shop {
  open: () => void = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  async price(lots: bigint): Promise<{ price: bigint; bytes: Uint8Array }> {
    await this.#opened;
    return { price: lots * 3n, bytes: Uint8Array.of(1, 2) };
  }

  refuse(code: string): never {
    throw code === "" ? new RangeError("a defect") : new EngineError(code, "No", "Ask again");
  }
}

let channel: MessageChannel;
let shop: Remote<Shop>;

beforeEach(() => {
  channel = new MessageChannel();
  channel.port1.start();
  channel.port2.start();
  serve(new Shop(), channel.port1 as unknown as Port);
  shop = remote<Shop>(channel.port2 as unknown as Port);
});

afterEach(() => channel.port1.close());

it("answers go to who asked, in whatever order they are given", async () => {
  const prices = [shop.price(1n), shop.price(2n)];
  await shop.open();
  expect(await Promise.all(prices)).toEqual([
    { price: 3n, bytes: Uint8Array.of(1, 2) },
    { price: 6n, bytes: Uint8Array.of(1, 2) },
  ]);
});

it("what waits when the other end breaks is told so", async () => {
  const price = shop.price(1n);
  channel.port2.dispatchEvent(new Event("error"));
  await expect(price).rejects.toThrow("does not answer");
});

it("refusals keep their code and hint, defects their message", async () => {
  const refused = await shop.refuse("no_orders").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(EngineError);
  expect(refused).toMatchObject({ code: "no_orders", message: "No", hint: "Ask again" });
  await expect(shop.refuse("")).rejects.toThrow("a defect");
});
