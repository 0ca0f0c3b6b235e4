import Inspection
import JSON
import Testing

/// §2.8 corner 21.
@Suite struct PageSignalTests {
  private func found(_ ui: String, kind: InspectedItem.Kind = .page) throws -> [Signal] {
    let inspector = Inspector(of: "notes", among: [])
    let definition = try json(#"{"name":"board","_meta":{"ui":\#(ui)}}"#)
    return inspector.signals(of: InspectedItem(kind: kind, name: "board", definition: definition))
  }

  @Test(arguments: ["connectDomains", "resourceDomains", "frameDomains", "baseUriDomains"])
  func `each address that a page reaches past the gateway is named`(list: String) throws {
    let found = try found(#"{"csp":{"\#(list)":["https://a.example","wss://*.b.example"]}}"#)
    #expect(found.map(\.rule) == ["page-host", "page-host"])
    #expect(found.map(\.excerpt) == ["https://a.example", "wss://*.b.example"])
    #expect(found.map(\.place) == ["/_meta/ui/csp/\(list)/0", "/_meta/ui/csp/\(list)/1"])
    #expect(found.allSatisfy { $0.severity == .review })
  }

  @Test(arguments: ["*", "https:", "https://*", "https://*:8443", "wss://*.com", "*.example", ""])
  func `a page that may reach anybody must be approved by name`(origin: String) throws {
    let found = try found(#"{"csp":{"connectDomains":["\#(origin)"]}}"#)
    #expect(found.map(\.rule) == ["page-any-host"])
    #expect(found.map(\.severity) == [.block])
  }

  @Test func `permissions and an origin of its own are named`() throws {
    let found = try found(
      #"{"permissions":{"camera":{}},"domain":"a.example","prefersBorder":true}"#)
    #expect(found.map(\.rule) == ["page-permission", "page-origin"])
    #expect(found.map(\.place) == ["/_meta/ui/permissions/camera", "/_meta/ui/domain"])
  }

  @Test func `a tool's own _meta is looked at too, and what is of no page is not`() throws {
    let csp = #"{"resourceUri":"ui://p","csp":{"frameDomains":["https://a.example"]}}"#
    #expect(try found(csp, kind: .tool).map(\.rule) == ["page-host"])
    #expect(try found(#"{"resourceUri":"ui://p","visibility":["app"]}"#, kind: .tool).isEmpty)
    #expect(try found("{}").isEmpty)
  }

  @Test func `a list of another kind is named as a whole`() throws {
    let found = try found(#"{"csp":{"connectDomains":"https://a.example"}}"#)
    #expect(found.map(\.place) == ["/_meta/ui/csp/connectDomains"])
    #expect(found.map(\.rule) == ["page-host"])
  }

  @Test func `hosts that came and went are told first`() throws {
    func page(_ hosts: String, _ title: String) throws -> JSONNode {
      try json(
        #"{"title":"\#(title)","_meta":{"ui":{"csp":{"connectDomains":[\#(hosts)]}},"k":"\#(title)"}}"#
      )
    }
    let changes = try DefinitionDifference(
      from: page(#""https://a.example""#, "one"), to: page(#""https://b.example""#, "two")
    ).changes
    #expect(changes.map(\.kind) == [.page, .page, .text, .other])
    #expect(changes.map(\.widens) == [true, false, true, true])
    #expect(changes[0].meaning == "Its page now exchanges data with https://b.example.")
    #expect(changes[1].meaning == "Its page no longer exchanges data with https://a.example.")
  }

  @Test(
    arguments: [
      (
        #"{"ui":{"csp":{"connectDomains":["a","b"]}}}"#,
        #"{"ui":{"csp":{"connectDomains":["b","a"]}}}"#
      ),
      (#"{"ui":{"csp":{}}}"#, #"{"ui":{}}"#), (#"{"ui":{"csp":{}}}"#, #"{"ui":{"csp":1}}"#),
      (#"{"ui":{}}"#, #"{}"#), (#"{"ui":{}}"#, #"{"ui":[]}"#), (#"{"ui":{}}"#, "1"),
      (#"{"ui":{"csp":{"connectDomains":[1]}}}"#, #"{"ui":{"csp":{"connectDomains":[2]}}}"#),
    ])
  func `whatever differs has a change`(before: String, after: String) throws {
    for (one, other) in [(before, after), (after, before)] {
      let difference = DefinitionDifference(
        from: try json("{\"_meta\":\(one)}"), to: try json("{\"_meta\":\(other)}"))
      #expect(!difference.changes.isEmpty, "\(one) \(other)")
    }
  }
}
