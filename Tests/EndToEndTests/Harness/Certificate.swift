/// A certificate for 127.0.0.1 that signs itself.
struct Certificate {
  let path: String
  let key: String

  init(_ name: String, in scratch: Scratch) throws {
    path = scratch.file("\(name).pem")
    key = scratch.file("\(name).key")
    let made = try Process.run(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
        "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
        "-out", path,
      ], environment: Gateway.environment)
    guard made.code == 0 else { throw TimedOut(description: made.errors) }
  }
}
