// Where the student's token comes from: the portal that holds the page, the address that led here, or a trial.

export interface Source {
  /** An address of the portal's that answers {"token": "…"} to a student who is signed in there. */
  tokenUrl: string;
  /** An address that makes a token for any student number; on a developer's machine only. */
  trialUrl: string;
}

const KEY = "registration-chat-token";

export class SignIn {
  constructor(private readonly source: Source) {}

  get isTrial(): boolean {
    return this.source.trialUrl !== "";
  }

  /** The token at hand, if any: from the address's fragment, which never leaves the browser, or a reload ago. */
  async current(): Promise<string | null> {
    const fragment = new URLSearchParams(location.hash.slice(1)).get("token");
    if (fragment) {
      history.replaceState(null, "", location.pathname + location.search);
      return this.keep(fragment);
    }
    return sessionStorage.getItem(KEY) ?? (await this.renew());
  }

  /** A new token, where that needs no answer of the student's. */
  async renew(): Promise<string | null> {
    sessionStorage.removeItem(KEY);
    if (!this.source.tokenUrl) return null;
    return this.fetched(fetch(this.source.tokenUrl, { credentials: "include", cache: "no-store" }));
  }

  /** A token for a visitor's own choice of number; null where the number is none. */
  async trial(student: string): Promise<string | null> {
    const body = JSON.stringify({ student });
    const headers = { "Content-Type": "application/json" };
    return this.fetched(fetch(this.source.trialUrl, { method: "POST", headers, body }));
  }

  forget(): void {
    sessionStorage.removeItem(KEY);
  }

  private async fetched(answer: Promise<Response>): Promise<string | null> {
    try {
      const reply = await answer;
      const { token } = (reply.ok ? await reply.json() : {}) as { token?: unknown };
      return typeof token === "string" ? this.keep(token) : null;
    } catch {
      return null;
    }
  }

  private keep(token: string): string {
    sessionStorage.setItem(KEY, token);
    return token;
  }
}

/** The student a token names, to keep students of one browser apart; the server alone judges the token. */
export function studentOf(token: string): string {
  try {
    const claims = atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"));
    return String((JSON.parse(claims) as { sub?: unknown }).sub ?? "");
  } catch {
    return "";
  }
}
