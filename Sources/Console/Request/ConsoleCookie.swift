/// The cookies of the console. Over TLS their names begin with `__Host-`, so that browsers hold
/// them to this host, to TLS and to the path `/` (RFC 6265bis §4.1.3).
enum ConsoleCookie: String {
  /// The session of a person.
  case session = "sallyport"
  /// What sign-in forms are bound to before there is a session.
  case visit = "sallyport-visit"

  func name(_ site: ConsoleSite) -> String { (site.isSecure ? "__Host-" : "") + rawValue }

  /// The value in the `Cookie` fields of a request; nil without one, and when it stands twice: one
  /// of them came from somebody else.
  func value(in fields: [String], _ site: ConsoleSite) -> String? {
    let name = name(site)
    var found: String?
    for field in fields {
      for pair in field.split(separator: ";") {
        let parts = pair.drop { $0 == " " }.split(
          separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == name else { continue }
        guard found == nil else { return nil }
        found = String(parts[1])
      }
    }
    return found
  }

  /// The `Set-Cookie` field; without a value it takes the cookie away.
  func setting(_ value: String?, _ site: ConsoleSite) -> String {
    "\(name(site))=\(value ?? ""); Path=/; HttpOnly; SameSite=Lax"
      + (site.isSecure ? "; Secure" : "") + (value == nil ? "; Max-Age=0" : "")
  }
}
