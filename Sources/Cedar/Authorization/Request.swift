/// A question: may this principal do this action on this resource, things being as the context
/// says?
public struct Request: Sendable {
  /// Who acts.
  public let principal: EntityUID
  /// What is done.
  public let action: EntityUID
  /// What it is done to.
  public let resource: EntityUID
  /// The circumstances. Only what `PolicySet.contextUse` names can have an effect.
  public let context: Record

  /// Asks a question.
  public init(
    principal: EntityUID, action: EntityUID, resource: EntityUID, context: Record = .empty
  ) {
    self.principal = principal
    self.action = action
    self.resource = resource
    self.context = context
  }
}
