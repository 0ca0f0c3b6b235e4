public import JSON

/// What a tool seems to do, as far as its definition tells. A draft for a person, who confirms or
/// corrects it: it never lowers what is assumed. Without clear evidence that a tool only reads or
/// only adds, the draft is `destructive`.
public struct EffectDraft: Sendable, Equatable {
  /// `read`, `write`, `destructive`, `egress` or `admin`.
  public let effect: String
  /// What it was taken from, for a person.
  public let reason: String
  /// What the gravest verb of its description says that it does; nil where none is known.
  public let descriptionSays: String?

  /// Reads a tool's definition as its upstream lists it.
  public init(ofTool definition: JSONNode) {
    let evidence = EffectEvidence(definition)
    (effect, reason) = evidence.conclusion()
    descriptionSays = evidence.descriptionSays
  }

  /// Whether this is of more risk than an effect, in the order `read`, `write`, `egress`,
  /// `destructive`, `admin`.
  public func isGraver(than other: String) -> Bool { Self.isGraver(effect, than: other) }

  /// Whether the tool seems to do more than by an earlier draft of it: this one is graver, or a
  /// verb of its description is. Where hints are missing a draft is grave from the start, and the
  /// verbs alone tell.
  public func rises(above before: EffectDraft) -> Bool {
    if isGraver(than: before.effect) { return true }
    guard let descriptionSays else { return false }
    // No verb says as little as one that reads.
    let said = before.descriptionSays ?? EffectWords.Effect.read.name
    return Self.isGraver(descriptionSays, than: said)
  }

  /// The graver of the draft and of what the description says.
  public var gravest: String { descriptionSays.map { Self.graver(effect, $0) } ?? effect }

  /// The graver of two effects.
  public static func graver(_ one: String, _ other: String) -> String {
    isGraver(other, than: one) ? other : one
  }

  private static func isGraver(_ one: String, than other: String) -> Bool {
    EffectWords.Effect(named: other) < EffectWords.Effect(named: one)
  }
}
