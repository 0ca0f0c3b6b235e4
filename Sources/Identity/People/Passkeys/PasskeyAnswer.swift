import Crypto

/// What a browser answers when it made a passkey.
public struct PasskeyRegistration: Sendable {
  let credential: [UInt8]
  let clientData: [UInt8]
  let authenticatorData: [UInt8]
  /// SubjectPublicKeyInfo in DER.
  let publicKey: [UInt8]
  /// COSE's number.
  let algorithm: Int

  /// All in base64url, the algorithm in decimal; nil when one is not.
  public init?(
    credential: String?, clientData: String?, authenticatorData: String?, publicKey: String?,
    algorithm: String?
  ) {
    guard let credential = credential.flatMap(Base64URL.decode),
      let clientData = clientData.flatMap(Base64URL.decode),
      let authenticatorData = authenticatorData.flatMap(Base64URL.decode),
      let publicKey = publicKey.flatMap(Base64URL.decode),
      let algorithm = algorithm.flatMap({ Int($0) })
    else { return nil }
    self.credential = credential
    self.clientData = clientData
    self.authenticatorData = authenticatorData
    self.publicKey = publicKey
    self.algorithm = algorithm
  }

  /// Whether the passkey may be on several devices.
  var isSynced: Bool { AuthenticatorData(authenticatorData)?.isSynced ?? true }

  /// The passkey, when it is for this site and its person was verified (WebAuthn Level 3 §7.1).
  /// - Parameter end: until when a challenge counts, or nil.
  func passkey(
    origin: String, host: String, label: String, now: Int64,
    end: ([UInt8]) -> Int64?
  ) throws(PasskeyRefusal) -> (passkey: Passkey, challenge: [UInt8], end: Int64) {
    guard let client = ClientData(clientData), client.purpose == .create else { throw .malformed }
    guard let end = end(client.challenge) else { throw .challenge }
    guard client.origin == origin else { throw .origin(client.origin) }
    guard let data = AuthenticatorData(authenticatorData) else { throw .malformed }
    guard data.hostDigest == SHA256.hash(utf8: host) else { throw .host }
    guard data.isPresent, data.isVerified else { throw .notVerified }
    guard let id = data.credential, id == credential else { throw .malformed }
    guard let algorithm = PasskeyAlgorithm.named(algorithm),
      let key = try? SignatureKey(subjectPublicKeyInfo: publicKey), key.kind == algorithm.keyKind
    else { throw .key }
    let passkey = Passkey(
      id: id, label: label, createdAt: now, usedAt: nil, publicKey: publicKey,
      algorithm: algorithm, counter: data.counter)
    return (passkey, client.challenge, end)
  }
}

/// What a browser answers when a passkey signed.
public struct PasskeyAssertion: Sendable {
  let credential: [UInt8]
  let clientData: [UInt8]
  let authenticatorData: [UInt8]
  let signature: [UInt8]

  /// All in base64url; nil when one is not.
  public init?(
    credential: String?, clientData: String?, authenticatorData: String?, signature: String?
  ) {
    guard let credential = credential.flatMap(Base64URL.decode),
      let clientData = clientData.flatMap(Base64URL.decode),
      let authenticatorData = authenticatorData.flatMap(Base64URL.decode),
      let signature = signature.flatMap(Base64URL.decode)
    else { return nil }
    self.credential = credential
    self.clientData = clientData
    self.authenticatorData = authenticatorData
    self.signature = signature
  }

  /// Whether the passkey may be on several devices.
  var isSynced: Bool { AuthenticatorData(authenticatorData)?.isSynced ?? true }

  /// The passkey as it is after it signed (WebAuthn Level 3 §7.2).
  /// - Parameter end: until when a challenge counts, or nil.
  func check(
    by passkey: Passkey, origin: String, host: String, now: Int64, end: ([UInt8]) -> Int64?
  ) throws(PasskeyRefusal) -> (passkey: Passkey, challenge: [UInt8], end: Int64) {
    guard let client = ClientData(clientData), client.purpose == .get else { throw .malformed }
    guard let end = end(client.challenge) else { throw .challenge }
    guard client.origin == origin else { throw .origin(client.origin) }
    guard let data = AuthenticatorData(authenticatorData) else { throw .malformed }
    guard data.hostDigest == SHA256.hash(utf8: host) else { throw .host }
    guard data.isPresent, data.isVerified else { throw .notVerified }
    guard let key = try? SignatureKey(subjectPublicKeyInfo: passkey.publicKey),
      key.isValid(
        asn1: signature, for: authenticatorData + SHA256.hash(clientData).bytes,
        by: passkey.algorithm)
    else { throw .signature }
    // A counter that stands still says that there are two of it.
    guard data.counter > passkey.counter || (data.counter == 0 && passkey.counter == 0) else {
      throw .copied
    }
    var used = passkey
    used.counter = data.counter
    used.usedAt = now
    return (used, client.challenge, end)
  }
}

/// Why what an authenticator said is not taken.
public enum PasskeyRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// It cannot be read, or its parts do not fit together.
  case malformed
  /// The challenge is not of this browser, is over, or was taken before.
  case challenge
  /// It was made on the page of another site.
  case origin(String)
  /// It is for another host.
  case host
  /// The authenticator did not verify its person.
  case notVerified
  /// The key or its algorithm is none that is taken.
  case key
  /// The signature is none of this passkey.
  case signature
  /// The passkey counted back, as a copy of it does.
  case copied
  /// There is no such passkey.
  case unknown

  /// For the record.
  public var description: String {
    switch self {
    case .malformed: "the answer of the authenticator cannot be read"
    case .challenge: "the challenge is over, taken, or another browser's"
    case .origin(let origin): "it was made at \(TokenRefusal.shown(origin))"
    case .host: "it is for another host"
    case .notVerified: "the authenticator did not verify its person"
    case .key: "the key is of a kind that is not taken"
    case .signature: "the signature is wrong"
    case .copied: "the passkey's counter went back: there may be a copy of it"
    case .unknown: "there is no such passkey"
    }
  }
}
