import Testing

@testable import Identity

@Suite("Sign-outs that an OpenID provider tells of")
struct OpenIDLogoutTests {
  let bench = OpenIDBench()

  private func refusal(_ signIn: OpenIDSignIn, _ token: String) async -> OpenIDRefusal? {
    do throws(OpenIDRefusal) {
      _ = try await signIn.logout(token)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a logout token names a session, and is taken once`() async throws {
    let signIn = bench.signIn()
    let token = bench.logoutToken(header: #","kid":"e","typ":"logout+jwt""#)
    #expect(try await signIn.logout(token) == OpenIDLogout(subject: "alice", session: "s-1"))
    #expect(await refusal(signIn, token) == .logout("it was used before"))
    // Nor another one of the same name.
    let other = bench.logoutToken(["sid": #""s-2""#])
    #expect(await refusal(signIn, other) == .logout("it was used before"))
    bench.pass(400)
    #expect(await refusal(signIn, token) == .logout("it was not made just now"))
  }

  @Test(
    "what is no logout token ends nothing",
    arguments: [
      ("iss", #""https://evil.example.com""#), ("aud", #""other""#), ("events", nil),
      ("events", "{}"), ("events", #"{"http://schemas.openid.net/event/backchannel-logout":1}"#),
      ("nonce", #""n""#), ("iat", nil), ("iat", "1799999000"), ("iat", "1800000100"),
      ("exp", "1799999000"), ("jti", nil), ("jti", "7"), ("jti", #""""#),
    ] as [(String, String?)])
  func others(claim: String, value: String?) async throws {
    #expect(await refusal(bench.signIn(), bench.logoutToken([claim: value])) != nil)
  }

  @Test func `an ID token, a foreign signature and nobody's name end nothing`() async throws {
    let signIn = bench.signIn()
    #expect(await refusal(signIn, bench.idToken(nonce: "n")) != nil)
    #expect(
      await refusal(signIn, bench.logoutToken(["sub": Optional<String>.none, "sid": nil]))
        == .logout("it names nobody"))
    let foreign = bench.logoutToken(header: #","kid":"x""#)
    #expect(await refusal(signIn, foreign) != nil)
    for text in ["", "a.b.c", "x"] { #expect(await refusal(signIn, text) != nil) }
    #expect(await refusal(signIn, bench.logoutToken(header: #","kid":"e","typ":"at+jwt""#)) != nil)
  }

  @Test func `a session that is named is that one alone`() {
    let session = OpenIDLogout(subject: "alice", session: "s-1")
    #expect(session.means(subject: "alice", session: "s-1"))
    #expect(!session.means(subject: "alice", session: "s-2"))
    #expect(!session.means(subject: "alice", session: nil))
    let person = OpenIDLogout(subject: "alice", session: nil)
    #expect(person.means(subject: "alice", session: "s-2"))
    #expect(!person.means(subject: "bob", session: "s-2"))
    #expect(!OpenIDLogout().means(subject: nil, session: nil))
  }
}
