import Catalog
import JSON
public import Reactor
import Search
import Synchronization

/// The search index over a catalog, one for the process and all loops. It is made and changed on a
/// thread of its own, tool by tool, and never under those who read it: each has a value.
///
/// Until somebody searches, or can, there is none and it costs nothing.
public final class CatalogIndex: Sendable {
  /// An index and what it is of.
  final class Edition: Sendable {
    let catalog: CatalogSnapshot
    let tools: ToolIndex

    init(of catalog: CatalogSnapshot, _ tools: ToolIndex) {
      self.catalog = catalog
      self.tools = tools
    }
  }

  private let newest = Mutex<Edition?>(nil)
  private let thread: BlockingThread

  /// No index yet.
  /// - Throws: when the process is out of threads.
  public init() throws(ReactorError) {
    // Each waiting unit holds a catalog; the last of them does the work of all.
    thread = try BlockingThread(name: "search", capacity: 2)
  }

  /// Makes the index of a snapshot before it is asked for. Any thread.
  public func prepare(for snapshot: GateSnapshot) {
    guard snapshot.hasMetaTools || newest.withLock({ $0 != nil }) else { return }
    _ = thread.submit { [weak self] in _ = self?.make(snapshot.catalog) }
  }

  /// The index of a catalog. Waits when there is none yet.
  func edition(of catalog: CatalogSnapshot) async -> Edition {
    if let known = newest.withLock({ $0 }), known.catalog === catalog { return known }
    return await thread.run { self.make(catalog) }
  }

  /// What there is once all that was handed in is done.
  var newestEdition: Edition? {
    get async { await thread.run { self.newest.withLock { $0 } } }
  }

  /// On the thread.
  private func make(_ catalog: CatalogSnapshot) -> Edition {
    let before = newest.withLock { $0 }
    if let before, before.catalog === catalog { return before }
    let made = Edition(
      of: catalog, Self.changed(before?.tools, from: before?.catalog.tools ?? [], to: catalog.tools)
    )
    newest.withLock { $0 = made }
    return made
  }

  /// Both lists are in the order of names.
  private static func changed(_ before: ToolIndex?, from old: [Tool], to new: [Tool]) -> ToolIndex {
    var index = before ?? ToolIndex()
    var place = 0
    for tool in new {
      while place < old.count, old[place].name.utf8.lexicographicallyPrecedes(tool.name.utf8) {
        index.remove(id: old[place].name)
        place += 1
      }
      let isKnown = place < old.count && old[place].name == tool.name
      defer { if isKnown { place += 1 } }
      if isKnown, old[place] === tool || old[place].digest == tool.digest { continue }
      if let searchable = SearchableTool(tool) { index.update(searchable) }
    }
    for gone in old[place...] { index.remove(id: gone.name) }
    return index
  }
}

extension SearchableTool {
  fileprivate init?(_ tool: Tool) {
    guard let definition = try? JSONDocument(parsing: tool.ownDefinition, limits: .ceiling).root
    else { return nil }
    self.init(
      id: tool.name, definition: definition, name: tool.upstreamName, server: tool.server)
  }
}
