import { z } from 'zod';

/** An amount in integer cents that is written as an exact decimal number: 18490 becomes 184.90. */
export class Cents {
  constructor(readonly cents: number) {
    if (!Number.isSafeInteger(cents)) throw new RangeError(`not an amount in cents: ${cents}`);
  }
  get decimal(): string {
    const digits = String(Math.abs(this.cents)).padStart(3, '0');
    return `${this.cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  }
}

export type Json = string | number | boolean | null | Cents | Json[] | { [name: string]: Json };

/** JSON text in which amounts keep their two decimals, which JSON.stringify would drop. */
export function jsonText(value: Json): string {
  if (value instanceof Cents) return value.decimal;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([name, part]) => `${JSON.stringify(name)}:${jsonText(part)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

const ContextWire = z.object({
  order_id: z.string(),
  amount: z.object({ eur: z.number().positive().max(1_000_000_000) }),
  lines: z.array(z.object({ sku: z.string(), qty: z.int().positive() })).min(1),
  customer: z.object({ id: z.string(), email: z.string() }),
  warehouse: z.string(),
  carrier: z.string(),
  reservation_id: z.string().nullable(),
  payment_id: z.string().nullable(),
  shipment_id: z.string().nullable(),
});

/** What a saga of the shop knows about its order; `amountCents` in EUR cents. */
export type OrderContext = Omit<z.infer<typeof ContextWire>, 'amount'> & { amountCents: number };

/** Reads a context from JSON text or an already parsed object; throws ZodError or SyntaxError when it is not one. */
export function parseContext(input: unknown): OrderContext {
  const { amount, ...rest } = ContextWire.parse(typeof input === 'string' ? JSON.parse(input) : input);
  return { ...rest, amountCents: Math.round(amount.eur * 100) };
}

/** All goods of an order in a few words; nobody is told of one line as if it were all. */
function goodsOf(lines: OrderContext['lines']): string {
  const [first, ...others] = lines.map(({ sku, qty }) => `${qty} × ${sku}`);
  if (others.length === 0) return first ?? '';
  return `${first} and ${others.length} more ${others.length === 1 ? 'article' : 'articles'}`;
}

/** The context as it is written to the log, amount.eur with two decimals, the goods also in words. */
export function contextText(context: OrderContext): string {
  const { amountCents, order_id, ...rest } = context;
  const amount = `"amount":{"eur":${new Cents(amountCents).decimal}}`;
  const goods = `"goods":${JSON.stringify(goodsOf(context.lines))}`;
  return `{"order_id":${JSON.stringify(order_id)},${amount},${goods},${JSON.stringify(rest).slice(1)}`;
}
