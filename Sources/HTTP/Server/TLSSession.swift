internal import CGnuTLS
internal import Glibc

/// What the TLS sessions of a server have in common: certificate, key and the choice of ciphers.
final class TLSCredentials {
  /// TLS 1.2 and 1.3 with GnuTLS's normal choice of ciphers.
  private static let priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

  fileprivate let credentials: gnutls_certificate_credentials_t
  fileprivate let priority: gnutls_priority_t
  /// Whether clients are asked for a certificate.
  fileprivate let asksClients: Bool

  /// - Throws: `.unreadableTLSFile`, or `.refused` for files that are no PEM or do not belong
  ///   together.
  init(_ files: TLSFiles) throws(HTTPServerError) {
    let certificate = try TLSFileReader.read(files.certificate)
    let key = try TLSFileReader.read(files.key)
    let authorities = try files.clientAuthorities.map(TLSFileReader.read)
    var credentials: gnutls_certificate_credentials_t?
    guard gnutls_certificate_allocate_credentials(&credentials) == 0, let credentials else {
      throw .refused(usesTLS: true)
    }
    var priority: gnutls_priority_t?
    guard Self.set(certificate, key, in: credentials),
      authorities.map({ Self.trust($0, in: credentials) }) ?? true,
      gnutls_priority_init(&priority, Self.priorities, nil) == 0, let priority
    else {
      gnutls_certificate_free_credentials(credentials)
      throw .refused(usesTLS: true)
    }
    self.credentials = credentials
    self.priority = priority
    asksClients = authorities != nil
  }

  deinit {
    gnutls_certificate_free_credentials(credentials)
    gnutls_priority_deinit(priority)
  }

  /// False when the file holds no certificate.
  private static func trust(
    _ authorities: [UInt8], in credentials: gnutls_certificate_credentials_t
  ) -> Bool {
    authorities.withDatum {
      gnutls_certificate_set_x509_trust_mem(credentials, &$0, GNUTLS_X509_FMT_PEM) > 0
    }
  }

  private static func set(
    _ certificate: [UInt8], _ key: [UInt8], in credentials: gnutls_certificate_credentials_t
  ) -> Bool {
    certificate.withDatum { certificate in
      key.withDatum { key in
        gnutls_certificate_set_x509_key_mem(credentials, &certificate, &key, GNUTLS_X509_FMT_PEM)
          == 0
      }
    }
  }
}

/// One TLS connection over a non-blocking socket.
final class TLSSession {
  let fd: Int32
  private let session: gnutls_session_t
  /// Keeps what the session points to.
  private let credentials: TLSCredentials
  private(set) var isEstablished = false
  /// The SHA-256 of the certificate that the client showed and proved, in DER.
  private(set) var clientCertificate: [UInt8]?

  /// Nil when there is no memory. The descriptor stays the caller's then.
  init?(_ fd: Int32, _ credentials: TLSCredentials) {
    var session: gnutls_session_t?
    let flags = UInt32(GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL)
    guard gnutls_init(&session, flags) == 0, let session else { return nil }
    self.session = session
    self.fd = fd
    self.credentials = credentials
    guard gnutls_priority_set(session, credentials.priority) == 0,
      gnutls_credentials_set(
        session, GNUTLS_CRD_CERTIFICATE, UnsafeMutableRawPointer(credentials.credentials)) == 0,
      Self.offerHTTP(session)
    else { return nil }
    if credentials.asksClients {
      gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST)
    }
    gnutls_transport_set_int2(session, fd, fd)
  }

  deinit { gnutls_deinit(session) }

  /// A client that offers other protocols and not this one is refused (RFC 7301 §3.2).
  private static func offerHTTP(_ session: gnutls_session_t) -> Bool {
    Array("http/1.1".utf8).withDatum {
      gnutls_alpn_set_protocols(session, &$0, 1, GNUTLS_ALPN_MANDATORY.rawValue) == 0
    }
  }

  /// Goes on with the handshake; `bytes` when it is done.
  func shakeHands() -> TransportResult {
    guard !isEstablished else { return .bytes(0) }
    while true {
      let code = gnutls_handshake(session)
      if code == 0 {
        guard takeClientCertificate() else { return .failed }
        isEstablished = true
        return .bytes(0)
      }
      if code == GNUTLS_E_AGAIN { return .again }
      // Warnings and interrupted calls.
      if gnutls_error_is_fatal(code) == 0 { continue }
      gnutls_alert_send_appropriate(session, code)
      return .failed
    }
  }

  /// Notes whose certificate the client showed. False when it is none that is trusted.
  private func takeClientCertificate() -> Bool {
    guard credentials.asksClients else { return true }
    var count: UInt32 = 0
    guard let certificate = gnutls_certificate_get_peers(session, &count), count > 0 else {
      return true
    }
    guard Self.isTrusted(session) else {
      gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE)
      return false
    }
    var digest = [UInt8](repeating: 0, count: 32)
    guard
      gnutls_hash_fast(
        GNUTLS_DIG_SHA256, certificate.pointee.data, Int(certificate.pointee.size), &digest) == 0
    else { return false }
    clientCertificate = digest
    return true
  }

  /// Whether the chain leads to an authority, is in time, and is for clients.
  private static func isTrusted(_ session: gnutls_session_t) -> Bool {
    Array("1.3.6.1.5.5.7.3.2\u{0}".utf8).withDatum { purpose in
      var data = gnutls_typed_vdata_st(
        type: GNUTLS_DT_KEY_PURPOSE_OID, data: purpose.data, size: 0)
      var status: UInt32 = 0
      return gnutls_certificate_verify_peers(session, &data, 1, &status) == 0 && status == 0
    }
  }

  func receive(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> TransportResult {
    while true {
      let count = gnutls_record_recv(session, buffer.baseAddress, buffer.count)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      let code = Int32(clamping: count)
      if code == GNUTLS_E_AGAIN { return .again }
      // TLS 1.2 clients may ask for a new handshake, which nobody here needs.
      guard code == GNUTLS_E_INTERRUPTED else { return .failed }
    }
  }

  /// At most one record. After `again` the same bytes must be sent.
  func send(_ bytes: UnsafeRawBufferPointer) -> TransportResult {
    while true {
      let count = gnutls_record_send(session, bytes.baseAddress, bytes.count)
      if count >= 0 { return .bytes(count) }
      let code = Int32(clamping: count)
      if code == GNUTLS_E_AGAIN { return .again }
      guard code == GNUTLS_E_INTERRUPTED else { return .failed }
    }
  }

  /// Says that nothing more will come, if the socket takes it now.
  func endSending() {
    guard isEstablished else { return }
    _ = gnutls_bye(session, GNUTLS_SHUT_WR)
  }
}

extension [UInt8] {
  /// Hands the bytes to `body` as GnuTLS takes them.
  fileprivate func withDatum<Result>(_ body: (inout gnutls_datum_t) -> Result) -> Result {
    withUnsafeBufferPointer { bytes in
      var datum = gnutls_datum_t(
        data: UnsafeMutablePointer(mutating: bytes.baseAddress), size: UInt32(bytes.count))
      return body(&datum)
    }
  }
}
