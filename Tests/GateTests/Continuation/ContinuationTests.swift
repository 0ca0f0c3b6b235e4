import Crypto
import JSON
import MCP
import Testing

@testable import Gate

@Suite("Sealed request state")
struct ContinuationTests {
  static let seal = StateSeal(keys: StateKeys())
  static let digest = SHA256.hash(utf8: "request")
  static let noon: Int64 = 1_800_000_000

  static func continuation(inner: String? = #""op\u0061que""#) -> Continuation {
    Continuation(
      server: "github", inner: inner.map { Array($0.utf8) }, principal: "claude\u{0}ana\u{0}",
      request: digest, expiry: noon + Continuation.lifetime, round: 3, firstCall: "f",
      questions: [.init(key: "login", call: "q1"), .init(key: "a \"b\"", call: "q2")])
  }

  static func open(
    _ token: String, by seal: StateSeal = seal, at now: Int64 = noon + 1,
    server: String = "github", principal: String = "claude\u{0}ana\u{0}",
    request: SHA256Digest = digest
  ) throws(ContinuationError) -> Continuation {
    try Continuation.open(
      token, sealedBy: seal, at: now, server: server, principal: principal, request: request)
  }

  @Test(arguments: [#""op\u0061que""#, nil])
  func `what was sealed comes back, the upstream's own state byte for byte`(
    inner: String?
  ) throws {
    let token = try Self.continuation(inner: inner).token(sealedBy: Self.seal, at: Self.noon)
    let found = try Self.open(token)
    #expect(found.inner == inner.map { Array($0.utf8) })
    #expect(found.round == 3)
    #expect(found.firstCall == "f")
    #expect(found.questions == Self.continuation().questions)
  }

  @Test func `no bit of a token can be changed`() throws {
    let token = try Self.continuation().token(sealedBy: Self.seal, at: Self.noon)
    let bytes = try #require(Base64URL.decode(token))
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: ContinuationError.notOurs) { try Self.open(Base64URL.encode(changed)) }
    }
    for cut in [0, 1, 5, bytes.count - 1] {
      #expect(throws: ContinuationError.notOurs) {
        try Self.open(Base64URL.encode(Array(bytes[..<cut])))
      }
    }
    #expect(throws: ContinuationError.notOurs) { try Self.open(token + "-TAMPERED") }
  }

  @Test func `it continues only the same request of the same caller to the same upstream`() throws {
    let token = try Self.continuation().token(sealedBy: Self.seal, at: Self.noon)
    #expect(throws: ContinuationError.otherPrincipal) {
      try Self.open(token, principal: "claude\u{0}bea\u{0}")
    }
    #expect(throws: ContinuationError.otherRequest) {
      try Self.open(token, request: SHA256.hash(utf8: "another"))
    }
    #expect(throws: ContinuationError.otherRequest) { try Self.open(token, server: "gitlab") }
  }

  @Test func `it ends with its time`() throws {
    let token = try Self.continuation().token(sealedBy: Self.seal, at: Self.noon)
    _ = try Self.open(token, at: Self.noon + Continuation.lifetime - 1)
    #expect(throws: ContinuationError.expired) {
      try Self.open(token, at: Self.noon + Continuation.lifetime)
    }
  }

  @Test func `another secret and another purpose do not open it`() throws {
    let token = try Self.continuation().token(sealedBy: Self.seal, at: Self.noon)
    #expect(throws: ContinuationError.notOurs) {
      try Self.open(token, by: StateSeal(keys: StateKeys()))
    }
    #expect(Self.seal.open(token, for: .task, at: Self.noon) == nil)
  }

  @Test func `each day has a key, and one that was sealed before midnight opens after it`() throws {
    let keys = StateKeys()
    let (day, midnight): (Int64, Int64) = (86_400, 20_000 * 86_400)
    #expect(StateKeys.day(of: midnight - 1) == 19_999)
    #expect(keys.key(ofDay: 19_999) != keys.key(ofDay: 20_000))
    let seal = StateSeal(keys: keys)
    let token = try seal.seal([1, 2], for: .task, at: midnight - 1)
    #expect(seal.open(token, for: .task, at: midnight) == [1, 2])
    // A replica whose clock is behind.
    #expect(seal.open(token, for: .task, at: midnight - 1 - day) == [1, 2])
    #expect(seal.open(token, for: .task, at: midnight - 1 - 2 * day) == nil)
  }

  @Test func `a request is the same when its arguments say the same`() throws {
    func digest(
      _ params: String, method: String = "tools/call", server: String = "s",
      target: UpstreamRequest.Target = .name("t")
    ) throws -> SHA256Digest {
      RequestDigest.of(method, server: server, target: target, params: try json(params))
    }
    let first = try digest(#"{"name":"t","arguments":{"a":1,"b":"é"}}"#)
    #expect(
      try digest(#"{"arguments":{"b":"\u00e9","a":1.0},"requestState":"x","_meta":{}}"#) == first)
    #expect(try digest(#"{"arguments":{"a":2,"b":"é"}}"#) != first)
    #expect(try digest("{}") != first)
    #expect(try digest(#"{"arguments":{"a":1,"b":"é"}}"#, method: "prompts/get") != first)
    #expect(try digest(#"{"arguments":{"a":1,"b":"é"}}"#, server: "r") != first)
    #expect(try digest(#"{"arguments":{"a":1,"b":"é"}}"#, target: .name("u")) != first)
    #expect(try digest(#"{"arguments":{"a":1,"b":"é"}}"#, target: .uri("t")) != first)
    let big = try digest(#"{"arguments":{"n":9007199254740993}}"#)
    #expect(try digest(#"{"arguments":{"n":9007199254740992}}"#) != big)
    #expect(
      try digest(#"{"arguments":{"n":1e400}}"#) != digest(#"{"arguments":{"n":1e401}}"#))
  }
}
