/// Which configuration file a command uses.
enum ConfigurationPath {
  /// The typed one; else ./sallyport.yaml, $SALLYPORT_CONFIG and
  /// ~/.config/sallyport/sallyport.yaml, whichever is there first. A file that was named is used
  /// even if it is missing, so that the mistake shows. Nil when nothing is there.
  static func find(
    typed: String?, environment: [String: String], exists: (String) -> Bool
  ) -> String? {
    if let typed { return typed }
    if exists("sallyport.yaml") { return "sallyport.yaml" }
    if let named = environment["SALLYPORT_CONFIG"], !named.isEmpty { return named }
    return personal(environment).flatMap { exists($0) ? $0 : nil }
  }

  /// The part of a path before its last slash; `.` when it has none.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func personal(_ environment: [String: String]) -> String? {
    if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
      return base + "/sallyport/sallyport.yaml"
    }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    return home + "/.config/sallyport/sallyport.yaml"
  }
}
