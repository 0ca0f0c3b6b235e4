import Testing

@testable import MCP

@Suite("Notifications on their way to the loop")
struct ClientFaceNotificationQueueTests {
  @Test("are taken in order, all at once, and the loop is told of the first alone")
  func order() {
    let queue = NotificationQueue(limits: ClientFaceLimits())
    let told = [[1], [2], [3]].map { queue.put($0) }
    #expect(told == [true, false, false])
    let taken = [queue.takeAll(), queue.takeAll()]
    #expect(taken == [[[1], [2], [3]], []])
    let isToldAgain = queue.put([4])
    #expect(isToldAgain)
  }

  @Test("are dropped above the bound until the loop has come")
  func bound() {
    var limits = ClientFaceLimits()
    limits.maxNotificationBacklogBytes = 10
    let queue = NotificationQueue(limits: limits)
    let message = [UInt8](repeating: 0x20, count: 10)
    let told = [message, message, [1]].map { queue.put($0) }
    #expect(told == [true, false, false])
    let taken = queue.takeAll()
    #expect(taken == [message, message])
    let isToldAgain = queue.put([1])
    #expect(isToldAgain)
    let takenAgain = queue.takeAll()
    #expect(takenAgain == [[1]])
  }
}
