"""Photos that the crew sends; `web/photos.py` shows them."""

from livesell.domain.photo import Photo, PhotoSize, photo_address
from livesell.web.api.catalogue_shapes import PhotoAnswer, PhotoRow, PhotoSizeRow
from livesell.web.api.route import Call, Reply


async def keep_photo(call: Call[bytes]) -> Reply:
    """The body is the file itself: JPEG, PNG or WebP, told by its content. It is decoded, turned
    upright, stripped of all that is no picture, and kept as WebP in three sizes.
    """
    photo = await call.services.photos.keep(call.body, by=call.caller.crew())
    sizes = [_size(photo, one) for one in photo.sizes]
    largest = sizes[-1]
    row = PhotoRow(
        address=largest.address,
        width=largest.width,
        height=largest.height,
        bytes=largest.bytes,
        sizes=sizes,
    )
    return Reply(PhotoAnswer(photo=row), 201, {"Location": largest.address})


def _size(photo: Photo, size: PhotoSize) -> PhotoSizeRow:
    return PhotoSizeRow(
        address=photo_address(photo.digest, size.named),
        width=size.width,
        height=size.height,
        bytes=size.bytes,
    )
