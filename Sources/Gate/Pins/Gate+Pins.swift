import Catalog
import Configuration
import JSON
import Ledger
import MCP
import Reactor

/// The pin of a tool at a call: a definition that changed between list and call is not called.
extension Gate {
  /// How long a call waits for a list that its upstream says is another, and any request for who
  /// its upstream is.
  static let verifyingMax: Duration = .seconds(5)

  /// What became of a call of a tool whose pin needs a look.
  enum PinVerdict {
    /// It goes on, in the newest snapshot; the tool may have gone.
    case call(Call)
    case denied(Denial.Reason)
  }

  @inline(never)
  func checkPin(_ asked: Call, _ tool: Tool, _ pin: ToolPin) async -> PinVerdict {
    var call = asked
    if !pin.isCurrent {
      let announced = pin.announcements.count
      guard
        let verified = await newer(call, tool.server, once: { ($0?.seen ?? -1) >= announced })
      else {
        await refuse(
          call, .definitionChanged, code: nil,
          "the server says that its tools changed, and its list "
            + "could not be read again in time", tool: tool)
        return .denied(.unverified)
      }
      call = verified
    }
    if let now = call.view.tool(call.view.id(of: tool)), let replacedIn = now.pin?.replacedIn,
      listings.isStale(listingKey(of: call), now.name, replacedIn: replacedIn)
    {
      await refuse(
        call, .definitionChanged, code: nil, "its definition changed since it was listed",
        tool: now)
      return .denied(.changed)
    }
    return .call(call)
  }

  /// The call with a snapshot in which something holds of a server; nil when that takes too long.
  func newer(
    _ call: Call, _ server: String, once holds: (CatalogServer?) -> Bool
  ) async -> Call? {
    let deadline = loop.now + Self.verifyingMax
    while true {
      if holds(snapshot.catalog.server(server)) {
        return snapshot.view(at: call.request.endpoint, for: call.caller).map {
          Call(call, seeing: snapshot, $0)
        }
      }
      guard loop.now < deadline else { return nil }
      do { try await loop.sleep(for: Self.settlingInterval) } catch { return nil }
    }
  }

  /// The caller is listed tools.
  func noteListing(_ call: Call, isFirstPage: Bool) {
    guard call.snapshot.catalog.hasPins else { return }
    listings.note(
      listingKey(of: call), generation: call.snapshot.catalog.generation, isFirstPage: isFirstPage)
  }

  /// The caller finds tools, or one is described to it.
  func noteFound(_ tools: [String], _ call: Call) {
    guard call.snapshot.catalog.hasPins else { return }
    listings.note(
      listingKey(of: call), found: tools, generation: call.snapshot.catalog.generation)
  }

  private func listingKey(of call: Call) -> ListedDefinitions.Key {
    ListedDefinitions.Key(
      caller: call.caller.key, endpoint: call.request.endpoint,
      session: call.request.client.sessionID)
  }
}
