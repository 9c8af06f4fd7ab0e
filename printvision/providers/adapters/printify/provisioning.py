"""The calls that make a product of an offer: pictures into the library, then a product that shows them."""

from __future__ import annotations

from typing import Final

from printvision.providers.adapters.printify import products
from printvision.providers.adapters.printify.products import UploadBody
from printvision.providers.adapters.printify.reading import PRODUCTS, CatalogueCalls
from printvision.providers.adapters.printify.words import KEY, to_variant
from printvision.providers.sdk import (
    Effect,
    NumberPaging,
    PrintFile,
    ProductSpec,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnintelligible,
    Provisioned,
    Provisioner,
    Raw,
)

UPLOADS: Final = NumberPaging(limit=100)  # their most
UPLOAD_PAGES: Final = (
    3  # the library is the whole account's and only grows; a lost upload is among the newest
)
MEASURING_S: Final = 3.0


class ProductCalls(CatalogueCalls, Provisioner):
    async def find_product(self, spec: ProductSpec) -> Provisioned | None:
        """Through all products of the shop, since they cannot be searched."""
        ids = await self.shop()
        async for reply, listed in self.http.walk("/v1/shops/{shop}/products.json", PRODUCTS, ids=ids):
            for raw in listed:
                if reply.read(lambda raw: products.find_variant(spec, raw), raw):
                    found = reply.read(lambda raw: products.from_product(spec, raw), raw)
                    return await self._settled(spec, found)
        return None

    async def make_product(self, spec: ProductSpec) -> Provisioned:
        """Its pictures are looked for first, since a try that ended half-way left them there."""
        if not spec.files:  # they would make it, and print a blank
            raise ProviderRejected(f"{spec.sku} has no picture", provider=KEY, provider_code=None)
        pair, number = to_variant(spec.variant_external_id)
        variant = (await self.all_variants(pair)).find(number)
        if variant is None:
            raise ProviderRejected(f"They no longer list variant {number}", provider=KEY, provider_code=None)
        places = {file.placement: products.find_place(variant, file) for file in spec.files}
        pictures: dict[str, Raw] = {}
        for file in spec.files:
            picture = await self._picture(spec, file)
            pictures[file.placement] = products.to_picture(picture, places[file.placement])
        return await self._create(spec, products.to_product(spec, pictures))

    async def _create(self, spec: ProductSpec, body: Raw) -> Provisioned:
        path = "/v1/shops/{shop}/products.json"
        reply = await self.http.post(path, ids=await self.shop(), json=body, effect=Effect.ONCE)
        try:
            made = reply.read(lambda raw: products.from_product(spec, raw))
        except ProviderUnintelligible as error:  # they said yes to something
            raise ProviderOutcomeUnknown(error.detail, provider=KEY, retry_after_s=None) from error
        return await self._settled(spec, made)

    async def _settled(self, spec: ProductSpec, product: Provisioned) -> Provisioned:
        """The product with its price, which may take them a moment; without one where it takes them longer."""
        if product.price is not None:
            return product
        ids = await self.shop(product=product.external_id)
        try:
            reply = await self.http.get("/v1/shops/{shop}/products/{product}.json", ids=ids)
            return reply.read(lambda raw: products.from_product(spec, raw))
        except ProviderError:
            return product

    async def _picture(self, spec: ProductSpec, file: PrintFile) -> UploadBody:
        """
        Raises:
            ProviderUnavailable: they have it and have not measured it yet.
        """
        picture = await self._find_upload(products.file_name(spec, file)) or await self._upload(spec, file)
        if picture.is_measured:
            return picture
        reply = await self.http.get("/v1/uploads/{upload}.json", ids={"upload": picture.id})
        picture = reply.read(products.from_upload)
        if not picture.is_measured:
            detail = "They have not looked at a picture yet"
            raise ProviderUnavailable(detail, provider=KEY, retry_after_s=MEASURING_S)
        return picture

    async def _find_upload(self, name: str) -> UploadBody | None:
        pages = 0
        async for reply, listed in self.http.walk("/v1/uploads.json", UPLOADS):
            for picture in reply.read(lambda rows: [products.from_upload(raw) for raw in rows], listed):
                if picture.file_name == name:
                    return picture
            pages += 1
            if pages == UPLOAD_PAGES:
                break
        return None

    async def _upload(self, spec: ProductSpec, file: PrintFile) -> UploadBody:
        body = {"file_name": products.file_name(spec, file), "url": file.url}
        # a second one would only be a copy in their library
        reply = await self.http.post("/v1/uploads/images.json", json=body, effect=Effect.REPEATABLE)
        return reply.read(products.from_upload)
