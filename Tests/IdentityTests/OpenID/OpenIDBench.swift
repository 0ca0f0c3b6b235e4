import Configuration
import Crypto
import JSON
import Logging
import Synchronization

@testable import Identity

/// An OpenID provider that answers from memory, and a sign-in by it.
final class OpenIDBench: IssuerDocuments {
  struct State {
    var wall: Int64 = 1_800_000_000
    var asked: [IssuerRequest] = []
    var metadata: [String: String?] = [
      "issuer": #""https://login.example.com""#,
      "authorization_endpoint": #""https://login.example.com/authorize?tenant=a""#,
      "token_endpoint": #""https://login.example.com/token""#,
      "jwks_uri": #""https://login.example.com/keys""#,
      "end_session_endpoint": #""https://login.example.com/end""#,
      "authorization_response_iss_parameter_supported": "true",
    ]
    /// What the token endpoint answers.
    var tokens = "{}"
  }

  static let issuer = "https://login.example.com"
  static let redirect = "https://gateway.example.com/console/sign-in/oidc/callback"
  static let visit = "a-browser"

  let state = Mutex(State())
  let log = Logger(component: "test", minimum: .error, format: .json)

  var now: Int64 { state.withLock { $0.wall } }
  func pass(_ seconds: Int64) { state.withLock { $0.wall += seconds } }

  static func openID(_ change: (inout Configuration.OpenID) -> Void = { _ in })
    -> Configuration.OpenID
  {
    var openID = Configuration.OpenID(
      name: "corp", issuer: issuer, clientID: "console", clientSecret: Secret("hush & more"))
    change(&openID)
    return openID
  }

  func signIn(_ openID: Configuration.OpenID = openID()) -> OpenIDSignIn {
    let time: @Sendable () -> Int64 = { [self] in now }
    return OpenIDSignIn(
      openID, documents: self, clock: TokenClock(wall: time, steady: time), log: log)
  }

  func ask(_ request: IssuerRequest) async -> Result<IssuerAnswer, IssuerError> {
    state.withLock { state in
      state.asked.append(request)
      let body: String
      switch request.url {
      case "https://login.example.com/.well-known/openid-configuration",
        "https://login.example.com/.well-known/oauth-authorization-server":
        body = Self.object(state.metadata)
      case "https://login.example.com/keys":
        body = #"{"keys":[{"kid":"e",\#(SigningKey.p256.jwk)}]}"#
      case "https://login.example.com/token": body = state.tokens
      default: return .failure(IssuerError("\(request.url): 404"))
      }
      return .success(IssuerAnswer(body: Array(body.utf8)))
    }
  }

  func spawn(_ body: @escaping @Sendable () async -> Void) { Task { await body() } }

  private static func object(_ members: [String: String?]) -> String {
    let pairs = members.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { #""\#(name)":\#($0)"# }
    }
    return "{\(pairs.joined(separator: ","))}"
  }

  /// The parameters of a URL that a browser is sent to.
  static func parameters(_ url: String) -> [String: String] {
    var found: [String: String] = [:]
    for pair in url.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      found[String(parts[0])] = parts.count > 1 ? decoded(parts[1]) : ""
    }
    return found
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      bytes += Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self).lowercased()) ?? []
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The claims of an ID token for a sign-in that was begun, with changes.
  func idToken(
    nonce: String, _ changes: [String: String?] = [:], header: String = #","kid":"e""#,
    key: SigningKey = .p256, _ algorithm: SignatureAlgorithm = .es256
  ) -> String {
    var claims: [String: String?] = [
      "iss": #""\#(Self.issuer)""#, "aud": #""console""#, "sub": #""alice""#,
      "exp": "\(now + 300)", "iat": "\(now)", "nonce": #""\#(nonce)""#, "sid": #""s-1""#,
    ]
    claims.merge(changes) { $1 }
    return key.token(algorithm, header: header, claims: Self.object(claims))
  }

  func logoutToken(_ changes: [String: String?] = [:], header: String = #","kid":"e""#) -> String {
    var claims: [String: String?] = [
      "iss": #""\#(Self.issuer)""#, "aud": #""console""#, "sub": #""alice""#, "sid": #""s-1""#,
      "iat": "\(now)", "exp": "\(now + 120)", "jti": #""one""#,
      "events": #"{"http://schemas.openid.net/event/backchannel-logout":{}}"#,
    ]
    claims.merge(changes) { $1 }
    return SigningKey.p256.token(.es256, header: header, claims: Self.object(claims))
  }
}

extension OpenIDSignIn {
  func refusal(
    _ answer: Answer, visit: String = OpenIDBench.visit
  ) async -> OpenIDRefusal? {
    do throws(OpenIDRefusal) {
      _ = try await finish(answer, visit: visit)
      return nil
    } catch {
      return error
    }
  }
}
