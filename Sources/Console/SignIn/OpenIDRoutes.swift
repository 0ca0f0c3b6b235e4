import HTTP
import Identity

/// Signing in by an OpenID provider: a link that leads there, and the answer that comes back, which
/// counts for the browser alone that followed the link. And the provider's own word that somebody
/// signed out.
struct OpenIDRoutes: Sendable {
  static let beginPath = LocalPath("/console/sign-in/oidc")
  static let callbackPath = LocalPath("/console/sign-in/oidc/callback")
  static let logoutPath = LocalPath("/console/sign-in/oidc/logout")
  private static let bodyBytesMax = 32 * 1024

  let signIn: OpenIDSignIn
  let people: People

  var routes: [ConsoleRoute] {
    [
      ConsoleRoute(.get, Self.beginPath.description, for: .anyone) { await begin($0) },
      ConsoleRoute(.get, Self.callbackPath.description, for: .anyone) { await finish($0) },
    ]
  }

  private func begin(_ request: ConsoleRequest) async -> ConsoleResponse {
    do throws(OpenIDRefusal) {
      let url = try await signIn.begin(
        visit: request.binding, redirect: request.site.origin + Self.callbackPath.description,
        next: SignInPath.next(request.query).description,
        maxAge: request.query["fresh"] == "1" ? 0 : nil)
      return .leave(to: url)
    } catch {
      return refused(error)
    }
  }

  private func finish(_ request: ConsoleRequest) async -> ConsoleResponse {
    let answer = OpenIDSignIn.Answer(
      state: request.query["state"], code: request.query["code"], issuer: request.query["iss"],
      error: request.query["error"])
    do throws(OpenIDRefusal) {
      let outcome = try await signIn.finish(answer, visit: request.binding)
      let who = SignedIn(
        name: outcome.name, source: .issuer(signIn.name), roles: outcome.roles,
        tenant: outcome.tenant, authentication: outcome.authentication,
        issuerSession: IssuerSession(subject: outcome.subject, session: outcome.session).text)
      return await request.begin(
        who, with: people, next: LocalPath(checking: outcome.next) ?? .console)
    } catch {
      await people.noteRefused(by: signIn.name, "\(error)", from: request.address)
      return refused(error)
    }
  }

  private func refused(_ refusal: OpenIDRefusal) -> ConsoleResponse {
    .problem(403, "Not signed in", refusal.forPerson)
  }

  /// A logout token, which the provider itself posts (OpenID Connect Back-Channel Logout §2.5). No
  /// cookie and no form of ours is behind it: the token is what counts.
  func logout(_ exchange: HTTPExchange, from address: String?) async {
    func answer(_ status: Int, _ body: String = "") {
      exchange.respond(
        status: status,
        headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
        body: Array(body.utf8))
    }
    let token = (try? await exchange.readBody(limit: Self.bodyBytesMax))
      .flatMap { FormFields($0) }.flatMap { $0["logout_token"] }
    do throws(OpenIDRefusal) {
      let logout = try await signIn.logout(token ?? "")
      await people.endSessions(of: signIn.name, meaning: logout)
      answer(200)
    } catch {
      await people.noteRefused(by: signIn.name, "\(error)", from: address)
      answer(400, #"{"error":"invalid_request"}"#)
    }
  }
}
