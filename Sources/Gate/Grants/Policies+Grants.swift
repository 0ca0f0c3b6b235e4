import Cedar
public import Orders

extension Policies {
  /// The policies with grants over them. The version is of all of them, `filesVersion` that of the
  /// files alone.
  /// - Throws: when a policy has the id of a grant.
  public func adding(_ grants: [Grant]) throws(PolicyFilesError) -> Policies {
    guard !grants.isEmpty else { return self }
    var all = try Policies.parse(self.set.sources + grants.map(\.source), in: directory)
    all.filesVersion = filesVersion
    all.grants = Dictionary(
      grants.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return all
  }
}

extension PolicySchema {
  /// What is wrong with a grant: with its names and its types, and that it cannot be checked yet.
  public func problems(of grant: Grant) -> [String] {
    let policies: Policies
    do {
      policies = try Policies.parse([grant.source])
    } catch {
      return error.problems.map(\.description)
    }
    let report = check(policies)
    return (report.errors + report.pending).map(\.description)
  }
}
