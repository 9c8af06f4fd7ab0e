// A real issuer, of the npm package oidc-provider, for tests. Its people sign in without being asked: as whom is told by
// POST /test {person, rotate}. Prints its address once it listens.
import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import Provider from "oidc-provider";

const { clientId, clientSecret, redirectUri } = JSON.parse(process.argv[2]);
const stored = new Map();
class Kept {
  constructor(kind) { this.kind = kind; }
  key(id) { return `${this.kind}:${id}`; }
  async upsert(id, payload) { stored.set(this.key(id), payload); }
  async find(id) { return stored.get(this.key(id)); }
  async findByUid(uid) { for (const [key, one] of stored) if (key.startsWith(`${this.kind}:`) && one.uid === uid) return one; }
  async findByUserCode() {}
  async destroy(id) { stored.delete(this.key(id)); }
  async consume(id) { stored.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }
  async revokeByGrantId(grant) { for (const [key, one] of stored) if (one.grantId === grant) stored.delete(key); }
}

let person = { sub: "ada", email: "ada@example.com", email_verified: true, name: "Ada" };
let origin;
let provider;
const people = new Map();

function begin() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  provider = new Provider(origin, {
    adapter: Kept,
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" }] },
    cookies: { keys: ["a key for tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => people.get(sub) }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
}

const server = createServer(async (request, response) => {
  if (request.url === "/test") {
    let body = "";
    for await (const piece of request) body += piece;
    const asked = JSON.parse(body);
    if (asked.person) person = asked.person;
    if (asked.rotate) begin();
    response.end("{}");
  } else if (request.url.startsWith("/interaction/")) {
    people.set(person.sub, person);
    await provider.interactionFinished(request, response, { login: { accountId: person.sub } });
  } else {
    provider.callback()(request, response);
  }
});
server.listen(0, "127.0.0.1", () => {
  origin = `http://127.0.0.1:${server.address().port}`;
  begin();
  console.log(origin);
});
process.stdin.on("end", () => process.exit()).resume();
