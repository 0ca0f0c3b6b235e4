public import Approvals
import Catalog
import Cedar
import JSON
public import Identity
public import Orders

/// «Allow this from now on»: a grant that is read off a call that was approved.
extension Gate {
  /// Why no grant can be as narrow as a call.
  public struct OpenArguments: Error {
    /// Arguments that no condition binds by their value.
    public let names: [String]
  }

  /// The narrowest grant under which a call like an approval's passes: its agent, for its human,
  /// its tool, with exactly its arguments. On the loop.
  /// - Parameters:
  ///   - lifetime: in seconds.
  ///   - reason: in their words; nil says which call it is like.
  /// - Throws: when arguments are lists, objects or no whole numbers, or were erased since.
  public func grant(
    like approval: Approval, for lifetime: Int64, by person: Person, because reason: String? = nil
  ) throws(OpenArguments) -> GrantDraft {
    guard
      let arguments = try? JSONDocument(parsing: approval.ask.arguments, limits: .ceiling).root,
      arguments.kind == .object
    else { throw OpenArguments(names: []) }
    let known = snapshot.catalog[approval.terms.tool]?.inputShape.members.keys.map(\.text) ?? []
    let (condition, unbound) = GrantCondition.narrowest(of: arguments, known: known)
    guard unbound.isEmpty else { throw OpenArguments(names: unbound) }
    return GrantDraft(
      agent: approval.terms.agent, human: approval.terms.human, tool: approval.terms.tool,
      condition: condition, lifetime: lifetime,
      reason: Self.line(reason) ?? "calls like that of \(approval.id)",
      giver: GrantDraft.Giver(name: person.name, tenant: person.tenant))
  }

  /// A reason as a grant takes it: one line, and not too long. Nil when nothing is left.
  private static func line(_ reason: String?) -> String? {
    var line = (reason ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    while line.utf8.count > GrantDraft.reasonBytesMax { line.removeLast() }
    return line.isEmpty ? nil : line
  }
}
