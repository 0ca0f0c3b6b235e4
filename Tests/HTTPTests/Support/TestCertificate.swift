import Glibc
import HTTP

/// A key and a self-signed certificate for `localhost` and 127.0.0.1, made once by the `openssl`
/// command; nil when there is no such command.
enum TestCertificate {
  static let files: TLSFiles? = make("localhost", "DNS:localhost,IP:127.0.0.1")
  /// For another host.
  static let other: TLSFiles? = make("other.example", "DNS:other.example")

  private static func make(_ name: String, _ alternatives: String) -> TLSFiles? {
    var template = Array("/tmp/sallyport-tls-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    let directory = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let files = TLSFiles(certificate: directory + "/cert.pem", key: directory + "/key.pem")
    let command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
      + "-subj /CN=\(name) -addext subjectAltName=\(alternatives) "
      + "-keyout \(files.key) -out \(files.certificate) >/dev/null 2>&1"
    guard let pipe = popen(command, "r") else { return nil }
    return pclose(pipe) == 0 ? files : nil
  }
}
