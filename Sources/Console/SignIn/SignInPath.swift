/// Where people sign in, and where they go then.
enum SignInPath {
  static let page = LocalPath("/console/sign-in")

  /// The sign-in that leads on to `next`.
  static func to(_ next: LocalPath?, anew: Bool = false) -> LocalPath {
    var query: [String] = []
    if let next, next != .console { query.append("next=\(escaped(next))") }
    if anew { query.append("fresh=1") }
    guard !query.isEmpty else { return page }
    return LocalPath(checking: "\(page)?\(query.joined(separator: "&"))") ?? page
  }

  /// Where `next` leads; the console's first page when it leads elsewhere.
  static func next(_ fields: FormFields) -> LocalPath {
    fields["next"].flatMap(LocalPath.init(checking:)) ?? .console
  }

  private static func escaped(_ path: LocalPath) -> String {
    path.description.utf8.reduce(into: "") { text, byte in
      let scalar = Unicode.Scalar(byte)
      if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "-._~".unicodeScalars
          .contains(scalar)
      {
        text.unicodeScalars.append(scalar)
      } else {
        text +=
          "%" + String(byte >> 4, radix: 16, uppercase: true)
          + String(byte & 15, radix: 16, uppercase: true)
      }
    }
  }
}
