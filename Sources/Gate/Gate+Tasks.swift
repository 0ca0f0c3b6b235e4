import JSON
import MCP

extension Gate {
  func begin(task result: JSONNode, _ call: Call, _ subject: Subject) -> Exchange? { nil }
}
