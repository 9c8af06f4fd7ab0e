"""What can be wrong with a picture."""

from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class ArtworkUnsupportedType(PrintVisionError):
    """`found` names what the content is, whatever the file is called."""

    status = 415
    code = "artwork/unsupported-type"
    title = "This kind of file is not taken"
    action = "Save the picture as PNG or JPEG and upload that."
    found: str
    supported: list[str]


class ArtworkUnreadable(PrintVisionError):
    status = 422
    code = "artwork/unreadable"
    title = "This picture is damaged or cut short"
    action = "Open it in a drawing program, save it again and upload that."


class ArtworkTooLarge(PrintVisionError):
    """`what` is measured in `unit`; `most` is what is taken and `found` what the file has or declares."""

    status = 422
    code = "artwork/too-large"
    title = "This picture is larger than what is taken"
    action = "Save it smaller: a print needs no more than 300 dpi."
    what: str
    unit: str
    found: int
    most: int


class ArtworkTooSmall(PrintVisionError):
    """The picture printed at this size would look coarse; `needed_…_px` keeps its proportions."""

    status = 422
    code = "artwork/too-small"
    title = "This picture has too few pixels for the print area"
    action = "Upload a picture of at least the needed size, or choose a smaller print area."
    width_px: int
    height_px: int
    needed_width_px: int
    needed_height_px: int
    effective_dpi: int
    dpi_min: int
