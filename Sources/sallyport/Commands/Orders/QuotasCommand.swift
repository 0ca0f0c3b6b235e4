import JSON

/// `sallyport quotas`
struct QuotasCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let uses: JSONNode
    do {
      uses = try AdminClient(directories).request("GET", "/v1/quotas").root
    } catch {
      return session.report(error)
    }
    if common.json {
      Output.write(uses.description + "\n")
      return .success
    }
    var table = TextTable([
      .init(title: "QUOTA"), .init(title: "PER"), .init(title: "NAME"), .init(title: "UNDER WAY"),
      .init(title: "CALLS LEFT"), .init(title: "BYTES LEFT"), .init(title: "COST LEFT"),
    ])
    for use in uses.elements {
      let limit = use[member: "concurrency"]?.int64.map { " of \($0)" } ?? ""
      table.add([
        .init(use[member: "quota"]?.string ?? ""), .init(use[member: "per"]?.string ?? ""),
        .init(use[member: "name"]?.string ?? ""),
        .init("\(use[member: "underWay"]?.int64 ?? 0)\(limit)"),
        .init(Self.left(use[member: "calls"])), .init(Self.left(use[member: "bytes"])),
        .init(Self.left(use[member: "cost"])),
      ])
    }
    Output.write(table.render(on: session.output))
    return .success
  }

  private static func left(_ left: JSONNode?) -> String {
    guard let left else { return "" }
    func number(_ name: String) -> Int64 { left[member: name]?.int64 ?? 0 }
    return "\(number("left")) of \(number("limit"))/\(number("seconds"))s"
  }
}
