import Configuration
import Identity
import Search
import Testing

@testable import Catalog
@testable import Gate

@Suite("The search index of a catalog")
struct CatalogIndexTests {
  private func catalog(_ names: [String]) throws -> CatalogSnapshot {
    try notesCatalog(SilentUpstream(), further: names)
  }

  @Test func `an edition has what its catalog has, whatever was indexed before`() async throws {
    let index = try CatalogIndex()
    var kept: CatalogIndex.Edition?
    for names in [["b", "d"], [], ["a", "b", "c", "d", "zz"], ["c"]] {
      let catalog = try catalog(names)
      let edition = await index.edition(of: catalog)
      #expect(edition.catalog === catalog)
      #expect(edition.tools.tools.map(\.id).sorted() == catalog.tools.map(\.name))
      let whole = ToolIndex(edition.tools.tools.sorted { $0.id < $1.id })
      #expect(edition.tools.search("search a b c d") == whole.search("search a b c d"))
      #expect(await index.edition(of: catalog) === edition)
      kept = kept ?? edition
    }
    #expect(kept?.tools.count == 5)
  }

  @Test func `nothing is made before somebody can search`() async throws {
    let index = try CatalogIndex()
    func snapshot(_ yaml: String) throws -> GateSnapshot {
      let configuration = try configuration(yaml)
      return try GateSnapshot(
        catalog: catalog([]), directory: AgentDirectory(configuration, localUser: 1),
        policies: policies(""), configuration: configuration)
    }
    index.prepare(for: try snapshot("loops: 1"))
    #expect(await index.newestEdition == nil)
    let searched = try snapshot("profiles: {few: {expose: search}}")
    index.prepare(for: searched)
    #expect(await index.newestEdition?.catalog === searched.catalog)
    let next = try snapshot("loops: 1")
    index.prepare(for: next)
    #expect(await index.newestEdition?.catalog === next.catalog)
  }
}
