internal import CGnuTLS
internal import Glibc

/// What the TLS sessions of a server have in common: certificate, key and the choice of ciphers.
final class TLSCredentials {
  /// TLS 1.2 and 1.3 with GnuTLS's normal choice of ciphers.
  private static let priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

  fileprivate let credentials: gnutls_certificate_credentials_t
  fileprivate let priority: gnutls_priority_t

  /// - Throws: `.unreadableTLSFile`, or `.refused` for files that are no PEM or do not belong
  ///   together.
  init(_ files: TLSFiles) throws(HTTPServerError) {
    let certificate = try TLSFileReader.read(files.certificate)
    let key = try TLSFileReader.read(files.key)
    var credentials: gnutls_certificate_credentials_t?
    guard gnutls_certificate_allocate_credentials(&credentials) == 0, let credentials else {
      throw .refused(usesTLS: true)
    }
    var priority: gnutls_priority_t?
    guard Self.set(certificate, key, in: credentials),
      gnutls_priority_init(&priority, Self.priorities, nil) == 0, let priority
    else {
      gnutls_certificate_free_credentials(credentials)
      throw .refused(usesTLS: true)
    }
    self.credentials = credentials
    self.priority = priority
  }

  deinit {
    gnutls_certificate_free_credentials(credentials)
    gnutls_priority_deinit(priority)
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
