import JSON

/// What a page can do past the gateway: whom it speaks with, and what of its person's device it
/// uses (MCP Apps, SEP-1865: `_meta.ui` of tools and resources).
enum PageSignals {
  static func find(_ definition: JSONNode) -> [(place: String, finding: Finding)] {
    guard let ui = definition[member: "_meta"]?[member: "ui"], ui.kind == .object else { return [] }
    var found: [(String, Finding)] = []
    for (list, does) in PagePowers.lists {
      guard let origins = ui[member: "csp"]?[member: list] else { continue }
      let texts = origins.kind == .array ? Array(origins.elements) : [origins]
      for (index, origin) in texts.enumerated() {
        let place = origins.kind == .array ? "/\(index)" : ""
        found.append(
          ("/_meta/ui/csp/\(list)\(place)", finding(origin.string ?? origin.description, does)))
      }
    }
    if let permissions = ui[member: "permissions"], permissions.kind == .object {
      for (name, _) in permissions.members {
        found.append(
          (
            "/_meta/ui/permissions/\(JSONPointer.escaped(name))",
            Finding(
              "page-permission", .review, VisibleText.draw(name),
              "Its page asks to use this of the device that it is shown on.")
          ))
      }
    }
    if let domain = ui[member: "domain"]?.string {
      found.append(
        (
          "/_meta/ui/domain",
          Finding(
            "page-origin", .review, VisibleText.draw(domain),
            "Its page asks for an origin of its own, where what it keeps stays.")
        ))
    }
    return found
  }

  private static func finding(_ origin: String, _ does: String) -> Finding {
    guard !PagePowers.isAnybody(origin) else {
      return Finding(
        "page-any-host", .block, VisibleText.draw(origin),
        "Its page \(does) anybody, past this gateway.")
    }
    return Finding(
      "page-host", .review, VisibleText.draw(origin),
      "Its page \(does) this address, past this gateway.")
  }
}

/// What the lists of a page's `csp` let it do.
enum PagePowers {
  static let lists: [(name: String, does: String)] = [
    ("connectDomains", "exchanges data with"), ("resourceDomains", "loads code and images from"),
    ("frameDomains", "shows pages of"), ("baseUriDomains", "takes its links relative to"),
  ]

  /// Whether an origin is no bound at all.
  static func isAnybody(_ origin: String) -> Bool {
    let text = origin.lowercased()
    let host = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
    let name = host.prefix { $0 != "/" && $0 != ":" }
    // One wildcard label leaves at least a registered name.
    return text == "*" || text.hasSuffix(":") || name == "*" || name.isEmpty
      || name.hasPrefix("*.") && !name.dropFirst(2).contains(".")
  }
}
