import { call, post } from "./calls.ts";

/** How far signing in got: where `second` names something, one of these is still to be given. */
export interface SignedIn {
  readonly signed_in: boolean;
  readonly second: readonly string[];
}

export interface LinkShown {
  readonly purpose: string;
  readonly email: string | null;
  readonly has_account: boolean;
}

export type FirstPurpose = "sign-up" | "invite";

export const byPassword = (email: string, password: string) => post<SignedIn>("/session/password", { email, password });
export const giveSecond = (given: { totp?: string; recovery?: string; remember_device: boolean }) =>
  post<SignedIn>("/session/second", given);
export const askForReset = (email: string) => post<null>("/account/reset", { email });
export const setPassword = (token: string, password: string) => post<null>("/account/reset/finish", { token, password });
export const askToSignUp = (email: string) => post<null>("/account/sign-up", { email });
export const seeLink = (token: string, purpose: string) => post<LinkShown>("/account/link", { token, purpose });
export const makeAccount = (token: string, purpose: FirstPurpose, name: string, password: string) =>
  post<SignedIn>("/account", { token, purpose, name, password });
export const acceptInvitation = (token: string) => post<{ slug: string }>("/account/invitations", { token });
export const confirmEmail = (token: string) => post<null>("/account/email/finish", { token });

export interface OpenIdSignIn extends SignedIn {
  /** Whether a link was sent that connects an account which is there already. */
  readonly mailed: boolean;
  readonly next: string;
}

export const beginOpenId = (issuer: string) => post<{ address: string }>("/session/openid/begin", { issuer });
export const finishOpenId = (given: Record<string, string>) => post<OpenIdSignIn>("/session/openid/finish", given);
export const connectOpenId = (token: string) => post<OpenIdSignIn>("/session/openid/connect", { token });
export const listIssuers = () => call<{ items: readonly { name: string; title: string }[] }>("/session/openid");

/** Takes a link's token out of the address, where no log sees it and no history keeps it. */
export function takeToken(): string {
  const given = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  return new URLSearchParams(given).get("token") ?? given;
}
