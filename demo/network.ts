import type { FastifyInstance } from 'fastify';

export type ServiceName = 'order' | 'inventory' | 'payment' | 'shipping';

/** A sentence for the person who starts the shop; nothing else is printed for it. */
export class ShopError extends Error {}

interface Place {
  build: () => FastifyInstance;
  /** 0 until it listens for the first time on a free port. */
  port: number;
  app: FastifyInstance | null;
  back: NodeJS.Timeout | null;
}

/** The shop's HTTP servers on loopback: each can stop listening for a while, and comes back on the same port. */
export class Network<Name extends string> {
  private readonly places = new Map<string, Place>();

  /** Starts a server; port 0 takes a free one. Throws {@link ShopError} where the port is in use. */
  async listen(name: Name | 'orchestrator', port: number, build: () => FastifyInstance): Promise<void> {
    const place: Place = { build, port, app: null, back: null };
    this.places.set(name, place);
    await this.up(name, place);
  }

  urlOf(name: string): string {
    const place = this.places.get(name);
    if (!place) throw new RangeError(`no service ${name}`);
    return `http://127.0.0.1:${place.port}`;
  }

  isUp(name: Name): boolean {
    return Boolean(this.places.get(name)?.app);
  }

  /** Stops listening at once, cuts open connections, and listens again after `seconds`. */
  async down(name: Name, seconds: number): Promise<void> {
    const place = this.places.get(name);
    if (!place) throw new RangeError(`no service ${name}`);
    if (place.back) clearTimeout(place.back);
    const { app } = place;
    place.app = null;
    place.back = setTimeout(() => {
      place.back = null;
      this.up(name, place).catch((error: unknown) => console.error(`${name} did not come back: ${String(error)}`));
    }, seconds * 1_000);
    await app?.close();
  }

  async close(): Promise<void> {
    const places = [...this.places.values()];
    this.places.clear();
    for (const place of places) if (place.back) clearTimeout(place.back);
    await Promise.all(places.map((place) => place.app?.close()));
  }

  private async up(name: string, place: Place): Promise<void> {
    const app = place.build();
    try {
      await app.listen({ host: '127.0.0.1', port: place.port });
    } catch (error) {
      await app.close();
      const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (inUse)
        throw new ShopError(
          `Port ${place.port} is in use, so the ${name} service cannot listen: stop what uses it, or set SHOP_PORT_BASE.`,
        );
      throw error;
    }
    const address = app.server.address();
    if (address !== null && typeof address === 'object') place.port = address.port;
    place.app = app;
  }
}
