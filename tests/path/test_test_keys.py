from __future__ import annotations

from typing import Any

from tests.path.conftest import Product, order

CONNECTION = {"provider": "printful", "name": "Sandbox", "credentials": {"token": "never-used"}}


async def test_by_the_api_a_test_key_sees_and_touches_tests_alone(product: Product):
    made = await product.client.post("/api/v1/keys", json={"name": "Trying", "test": True})
    secret = made.json()["secret"]
    tester = {"authorization": f"Bearer {secret}"}
    real = (await product.client.post("/api/v1/orders", json=order(external_id="1"))).json()

    async def asked(method: str, path: str, **more: Any) -> tuple[int, Any]:
        reply = await product.client.request(method, f"/api/v1/{path}", headers=tester, **more)
        return reply.status_code, reply.json()

    assert secret.startswith("pvt_")
    assert (await asked("GET", "connections"))[1]["items"] == []
    assert (await asked("POST", f"connections/{product.connection_id}/sync", json={}))[0] == 404
    assert (await asked("PATCH", f"connections/{product.connection_id}", json={"name": "Mine"}))[0] == 404
    assert (await asked("GET", f"orders/{real['id']}"))[0] == 404
    assert (await asked("POST", f"orders/{real['id']}/cancel", json={"reason": "no"}))[0] == 404
    status, refused = await asked("POST", "connections", json=CONNECTION)
    assert (status, refused["errors"][0]["path"]) == (422, "sandbox")
    status, sandbox = await asked("POST", "connections", json={**CONNECTION, "sandbox": True})
    assert (status, sandbox["sandbox"]) == (201, True)
    assert [each["id"] for each in (await asked("GET", "connections"))[1]["items"]] == [sandbox["id"]]
    status, tried = await asked("POST", "orders", json=order(external_id="1"))
    assert (status, tried["test"]) == (201, True)
    assert tried["id"] != real["id"]
    assert [each["id"] for each in (await asked("GET", "orders"))[1]["items"]] == [tried["id"]]
    assert (await asked("POST", "keys", json={"name": "More"}))[1]["key"]["test"] is True
    everything = (await product.client.get("/api/v1/orders")).json()["items"]
    assert {(each["id"], each["test"]) for each in everything} == {(real["id"], False), (tried["id"], True)}
