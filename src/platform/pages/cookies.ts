import type { FastifyReply } from 'fastify';
import '@fastify/cookie';
import type { Settings } from '../config/settings.js';

/**
 * A cookie that scripts cannot read and other sites cannot send along with a form. Behind https it also cannot be set by
 * a neighbouring domain: that is what `__Host-` promises.
 */
export class OwnCookie {
  private readonly name: string;
  private readonly secure: boolean;

  constructor(
    name: string,
    settings: Settings,
    private readonly seconds: number,
  ) {
    this.secure = settings.PUBLIC_URL.startsWith('https:');
    this.name = this.secure ? `__Host-${name}` : name;
  }

  /** Its value in a `Cookie` header; values are our own, and need no decoding. */
  in(header: string | undefined): string | null {
    const pairs = (header ?? '').split(';').map((pair) => pair.trim());
    return pairs.find((pair) => pair.startsWith(`${this.name}=`))?.slice(this.name.length + 1) || null;
  }

  set(reply: FastifyReply, value: string): void {
    reply.setCookie(this.name, value, { ...this.attributes, maxAge: this.seconds });
  }

  clear(reply: FastifyReply): void {
    reply.clearCookie(this.name, this.attributes);
  }

  private get attributes() {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.secure } as const;
  }
}
