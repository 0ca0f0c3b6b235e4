/// Why a template could not be linked.
public struct LinkError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Sendable, Equatable {
    /// The set has no template of this name.
    case unknownTemplate
    /// The name is that of a policy without slots.
    case notATemplate
    /// The template has this slot and the link gives no entity for it.
    case missingSlot(TemplateSlot)
    /// The link gives an entity for this slot, which the template does not have.
    case unknownSlot(TemplateSlot)
    /// A policy or template of the link's id is there already.
    case duplicateID
    /// The set would have more policies than the limit it was read with.
    case tooManyPolicies(limit: Int)
  }

  /// The link.
  public let link: TemplateLink
  /// What is wrong with it.
  public let reason: Reason
  /// What to do about it, if that can be said.
  public let help: String?

  /// Link, reason and help in one line.
  public var description: String { help.map { "\(summary); \($0)" } ?? summary }

  /// Link and reason.
  var summary: String {
    let template = Quoting.quote(link.template)
    let what =
      switch reason {
      case .unknownTemplate: "there is no template \(template)"
      case .notATemplate: "\(template) is a policy without slots and not a template"
      case .missingSlot(let slot):
        "the template \(template) has the slot `\(slot)`, and no entity was given for it"
      case .unknownSlot(let slot):
        "an entity was given for `\(slot)`, a slot that the template \(template) does not have"
      case .duplicateID: "a policy or template of this id is already in the set"
      case .tooManyPolicies(let limit): "there would be more policies than the limit of \(limit)"
      }
    return "the link \(Quoting.quote(link.id)): \(what)"
  }
}
